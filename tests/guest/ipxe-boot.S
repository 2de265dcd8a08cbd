/* The boot sector that iPXE starts from an AoE disk: says so on QEMU's debug port, reads the next sector through
 * the BIOS (INT 13h, which iPXE serves over AoE) and says what stands there, writes the one after it, and ends QEMU:
 * status 0, or 1 when the BIOS reports an error. */
        .code16
        .globl _start
_start: ljmp    $0, $main

main:   xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $0x7c00, %sp
        movb    %dl, drive
        movw    $hello, %si
        call    say

        movb    $0x42, %ah              # read
        call    disk
        movw    $0x8000, %si
        call    say

        movw    $reply, %si
        movw    $0x8000, %di
        movw    $(end - reply), %cx
        cld
        rep movsb
        movw    $2, lba
        movw    $0x4300, %ax            # write
        call    disk
        movw    $goodbye, %si
        call    say
        movb    $16, %al
        outb    %al, $0xf4

disk:   movb    drive, %dl
        movw    $packet, %si
        int     $0x13
        jc      bad
        ret
bad:    movb    $17, %al
        outb    %al, $0xf4

say:    lodsb
        testb   %al, %al
        jz      1f
        outb    %al, $0xe9
        jmp     say
1:      ret

drive:  .byte   0
packet: .byte   16, 0
        .word   1                       # one sector
        .word   0x8000, 0               # to and from here
lba:    .quad   1
hello:  .asciz  "started from AoE\r\n"
goodbye: .asciz "written\r\n"
reply:  .asciz  "iPXE was here"
end:
        .org    510
        .word   0xaa55
