#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# debian-mirror.sh: prints where apt gets Debian from here, or else the usual place.

# shellcheck disable=SC2016 # $(SITE) is for apt
site=$(apt-get indextargets --format '$(SITE)' 2>/dev/null | grep -m 1 '/debian/*$')
echo "${MIRROR:-${site:-http://deb.debian.org/debian}}"
