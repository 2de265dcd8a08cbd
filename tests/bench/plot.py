"""SVG plots, by hand: a line a server, IOPS over queue depth. Readable on light and dark pages."""

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 300, 70, 150, 30, 40
COLOURS = ["#1f77b4", "#d62728", "#7f7f7f", "#2ca02c", "#9467bd"]


def nice_step(top):
    step = 10 ** (len(str(int(top))) - 1)
    while top / step < 4:
        step /= 2
    return step


def by_depth(case, rows, value):
    depths = sorted({load.depth for load in case.loads})
    series = {server.name: [(load.depth, value(rows[load.text][server.name])) for load in case.loads]
              for server in case.servers}
    top = max(iops for line in series.values() for _, iops in line) * 1.05

    def x(depth):
        return LEFT + depths.index(depth) * (WIDTH - LEFT - RIGHT) / (len(depths) - 1)

    def y(iops):
        return HEIGHT - BOTTOM - iops / top * (HEIGHT - TOP - BOTTOM)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
             f'<text x="{LEFT}" y="18" font-size="14">{case.title}: IOPS over queue depth</text>']
    step, mark = nice_step(top), 0.0
    while mark <= top:
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(mark):.1f}" y2="{y(mark):.1f}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(mark) + 4:.1f}" text-anchor="end">{mark / 1000:g} k</text>')
        mark += step
    for depth in depths:
        parts.append(f'<text x="{x(depth):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{depth}</text>')
    labels = sorted(series, key=lambda name: -series[name][-1][1])
    for name, line in series.items():
        colour = COLOURS[list(series).index(name) % len(COLOURS)]
        points = " ".join(f"{x(depth):.1f},{y(iops):.1f}" for depth, iops in line)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(depth):.1f}" cy="{y(iops):.1f}" r="3" fill="{colour}"/>' for depth, iops in line]
        row = TOP + 20 + 20 * labels.index(name)
        parts.append(f'<text x="{WIDTH - RIGHT + 16}" y="{row}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
