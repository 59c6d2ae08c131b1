# safeddl: PGXS makefile. "make && make install", then see README.md.

MODULE_big = safeddl
OBJS = \
	$(WIN32RES) \
	safeddl.o \
	src/add_column.o \
	src/alter_refuse.o \
	src/alter_type.o \
	src/analyze.o \
	src/around.o \
	src/backfill.o \
	src/check.o \
	src/backfill_call.o \
	src/check_do.o \
	src/check_query.o \
	src/check_rules.o \
	src/classify.o \
	src/closure.o \
	src/constraint.o \
	src/foreign_key.o \
	src/functions.o \
	src/held.o \
	src/invalid_index.o \
	src/partition_index.o \
	src/plan.o \
	src/plan_column.o \
	src/plan_constraint.o \
	src/plan_key.o \
	src/plan_name.o \
	src/plan_index.o \
	src/plan_partition.o \
	src/plan_storage.o \
	src/plan_swap.o \
	src/plan_swap_keep.o \
	src/plan_swap_object.o \
	src/plan_type.o \
	src/planwork.o \
	src/policy.o \
	src/queue.o \
	src/relinfo.o \
	src/report.o \
	src/reword.o \
	src/rules.o \
	src/safer.o \
	src/script.o \
	src/script_alter.o \
	src/script_apply.o \
	src/script_columns.o \
	src/script_gone.o \
	src/script_names.o \
	src/script_partition.o \
	src/script_prepare.o \
	src/script_proof.o \
	src/settings.o \
	src/sizes.o \
	src/split.o \
	src/stmt_alter_table.o \
	src/stmt_drop.o \
	src/stmt_index.o \
	src/stmt_maintenance.o \
	src/stmt_object.o \
	src/stmt_owner.o \
	src/stmt_partition.o \
	src/stmt_publication.o \
	src/stmt_query.o \
	src/stmt_table.o \
	src/stmt_type.o \
	src/verify.o \
	src/verify_judge.o \
	src/words.o

EXTENSION = safeddl
DATA = safeddl--1.0.sql
PGFILEDESC = "safeddl - guard against DDL that stalls large tables"

# The command; its manual page comes out of it where pod2man, a part of Perl, is
# at hand.
SCRIPTS = bin/safeddl-check
POD2MAN = $(shell command -v pod2man 2>/dev/null)
MANUAL = $(if $(POD2MAN),bin/safeddl-check.1)
EXTRA_CLEAN = bin/safeddl-check.1

PG_CPPFLAGS = -I$(srcdir)/src -I$(srcdir)
PG_CFLAGS = -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-cast-function-type -Werror=switch

REGRESS = setup $(filter-out setup,$(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql))))
ISOLATION = $(patsubst test/isolation/specs/%.spec,%,$(sort $(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --outputdir=test/isolation
TAP_TESTS = $(if $(wildcard test/tap/*.pl),1)
PROVE_TESTS = test/tap/*.pl

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(OBJS): src/safeddl.h src/rules.h src/compat.h src/check.h src/plan.h src/plan_swap.h src/planwork.h src/script.h src/split.h src/verify.h src/words.h

all: $(MANUAL)

bin/safeddl-check.1: bin/safeddl-check
	$(MKDIR_P) bin
	$(POD2MAN) --center="safeddl" --release="safeddl" --section=1 --name=SAFEDDL-CHECK --utf8 $< $@

install: install-manual
uninstall: uninstall-command

install-manual: $(MANUAL)
ifneq (,$(POD2MAN))
	$(MKDIR_P) '$(DESTDIR)$(mandir)/man1'
	$(INSTALL_DATA) $< '$(DESTDIR)$(mandir)/man1/safeddl-check.1'
else
	@echo 'pod2man is missing, the manual page of safeddl-check is not installed'
endif

# PGXS would look for it in a folder bin of bindir
uninstall-command:
	rm -f '$(DESTDIR)$(bindir)/safeddl-check' '$(DESTDIR)$(mandir)/man1/safeddl-check.1'

.PHONY: install-manual uninstall-command
