#!/usr/bin/python3
# "manage.py migrate" of a project with one application, shop. libpq's
# environment variables say where the server is.

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
execute_from_command_line(sys.argv)
