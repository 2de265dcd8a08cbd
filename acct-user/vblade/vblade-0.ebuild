# Copyright 2026 AoE storage maintainers
# Distributed under the terms of the GNU General Public License v2

EAPI=8

inherit acct-user

DESCRIPTION="User that vblade, the ATA over Ethernet target, runs as"

# An overlay takes whatever number is free.
ACCT_USER_ID=-1
# Without commas, which separate the parts of this field of /etc/passwd: the DESCRIPTION would not do.
ACCT_USER_COMMENT="ATA over Ethernet target"
ACCT_USER_GROUPS=( vblade )

acct-user_add_deps
