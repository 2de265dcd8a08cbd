# Copyright 2026 AoE storage maintainers
# Distributed under the terms of the GNU General Public License v2

EAPI=8

inherit acct-group

DESCRIPTION="Group of vblade, the ATA over Ethernet target"

# An overlay takes whatever number is free.
ACCT_GROUP_ID=-1
