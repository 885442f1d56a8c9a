# mod_cors_expose. `make help` lists the targets, those of t/dev.mk too (their ## is the text), and the variables (#:).

# What the last make was given, make install and make uninstall take again, by sudo too, unless they are given something else.
ifneq ($(filter install uninstall,$(MAKECMDGOALS)),)
-include build/normal/given.mk
endif

#: APXS      httpd's apxs; it says where everything is (APXS=/opt/httpd/bin/apxs)
APXS ?= apxs
# by its full path: it is called in other folders, and by sudo, which may look for it elsewhere
override APXS := $(or $(abspath $(shell command -v $(APXS) 2>/dev/null)),$(APXS))
#: MPM       what the suite's server runs: event, worker or prefork (event)
MPM ?= event
#: TESTS     the files or folders of the suite to run (TESTS=t/suite/merge)
TESTS ?=
#: CC        a compiler other than the one that built httpd (CC=clang)
#: WERROR    -Werror, for warnings that are errors
WERROR ?=
#: V         1: show the compiler's commands (V=1)
V ?=
Q  = $(if $(V),,@)
#: DESTDIR   the folder to install below
DESTDIR ?=
#: FOR       the targets that make deps is for (FOR="test lint"; all of them)
FOR ?=
#: CFLAGS, CPPFLAGS, LDFLAGS   what a packager adds to the compiler's and the linker's options

.DEFAULT_GOAL := all

# Objects, module and unit tests of one way to compile lie together in build/<variant>/.
VARIANT = normal
B       = build/$(VARIANT)

# src/core/ knows APR alone, src/explain/ the core too, src/httpd/ all of them and httpd (t/unit/wall.t)
ROOMS   = core explain httpd
SOURCES = mod_cors_expose.c $(wildcard $(ROOMS:%=src/%/*.c))
HEADERS = include/mod_cors_expose.h $(wildcard src/*/*.h)
UNIT    = $(patsubst t/unit/%.c,$(B)/unit/%,$(wildcard t/unit/*.c))
CORE_C  = $(wildcard src/core/*.c src/explain/*.c)
CORE    = $(foreach file,$(CORE_C),$(B)/tree/$(dir $(file)).libs/$(basename $(notdir $(file))).o)

# httpd's headers want more than C99 offers, which apxs asks for (-D_GNU_SOURCE); the language itself may be strict.
# The prefix map keeps the folder's name out of the debugging information: the same sources give the same .so in any folder.
# (In a folder whose name has a blank there is none, since apxs would take it apart.)
CE_CFLAGS  = -std=c99 -Wall -Wextra $(WERROR) -fvisibility=hidden $(SANITIZE) $(CPPFLAGS) $(CFLAGS)
PREFIX_MAP = $(if $(word 2,$(CURDIR)),,-ffile-prefix-map=$(CURDIR)/$(B)/tree=.)
SANITIZE =
ifeq ($(VARIANT),asan)
# fortified libc functions would slip past the sanitizer's own
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -U_FORTIFY_SOURCE
HTTPD    = $(B)/httpd
PRELOAD  = libasan.so libubsan.so
endif

ifneq ($(filter default undefined,$(origin CC)),)
CC = $(shell $(APXS) -q CC 2>/dev/null)
else
APXS_CC = -S CC="$(CC)"
endif
APR_CONFIG = $(shell $(APXS) -q APR_CONFIG)

# The version stands in the public header alone.
VERSION := $(shell sed -n 's/^.define CORS_EXPOSE_VERSION "\(.*\)"$$/\1/p' include/mod_cors_expose.h)

export APXS MPM HTTPD
export BUILD = $(B)

include t/dev.mk

all: $(B)/mod_cors_expose.so ## build the module (build/normal/mod_cors_expose.so)

deps: ## install what targets need and this machine lacks (FOR="test lint": what those need)
	t/setup $(FOR)

# apxs and libtool leave their files beside the sources, so each variant compiles links to them in a tree of its own. apxs
# compiles everything anew each time; that is a second or two, and never wrong.
$(B)/mod_cors_expose.so: $(SOURCES) $(HEADERS) Makefile $(B)/with
	@t/setup --check build
	@$(if $(V),:,echo 'Compiling $@ (commands: $(B)/compile.log)')
	@rm -rf $(B)/tree
	@mkdir -p $(ROOMS:%=$(B)/tree/src/%)
	@for file in $(SOURCES); do ln -s "$(CURDIR)/$$file" $(B)/tree/$$file || exit; done
	@cd $(B)/tree && { LTFLAGS=$(if $(V),,--silent) $(APXS) $(APXS_CC) -c $(CE_CFLAGS:%=-Wc,%) $(PREFIX_MAP:%=-Wc,%) \
	    $(SANITIZE:%=-Wl,%) $(LDFLAGS:%=-Wl,%) -I ../../../include -I ../../../src -o mod_cors_expose.so $(SOURCES) > ../compile.log 2>&1; \
	    status=$$?; grep -v '^[^ ]*libtool --silent' ../compile.log; exit $$status; }
	@cp $(B)/tree/.libs/mod_cors_expose.so $@

# Another apxs or compiler than last time, or a source gone: what is there is not what was asked for.
WITH = $(APXS) $(CC) $(CE_CFLAGS) $(LDFLAGS) $(SOURCES) $(HEADERS)
$(B)/with: force
	@mkdir -p $(@D)
	@with='$(WITH)'; echo "$$with" | cmp -s - $@ || echo "$$with" > $@
	@printf '%s\n' $(foreach name,APXS CFLAGS CPPFLAGS LDFLAGS,'$(name) ?= $(subst $$,$$$$,$($(name)))') \
	    $(if $(APXS_CC),'ifeq ($$(origin CC),default)' 'CC = $(CC)' endif) > $(@D)/given.mk
force:

# Unit tests see the core's objects as they are in the module, and APR; no httpd.
$(B)/unit/%: t/unit/%.c $(wildcard t/unit/*.h) $(B)/mod_cors_expose.so
	@$(if $(V),:,echo 'Compiling $@')
	@mkdir -p $(@D)
	$(Q)$(CC) -g -O1 $(CE_CFLAGS) $(LDFLAGS) -I src -I t/unit $$($(APR_CONFIG) --cppflags --includes) -o $@ $< $(CORE) \
	    $$($(APR_CONFIG) --link-ld --libs)

# httpd isn't compiled with the sanitizers, so their libraries have to be there before anything else.
$(B)/httpd: Makefile
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nLD_PRELOAD="%s$$LD_PRELOAD" exec "%s/%s" "$$@"\n' \
	    "$$(for library in $(PRELOAD); do $(CC) -print-file-name=$$library; done | tr '\n' ' ')" \
	    "$$($(APXS) -q SBINDIR)" "$$($(APXS) -q PROGNAME)" > $@
	@chmod +x $@

demo: ## see it work: a table of real requests, and a page to play with (PORT=8480, ONCE=1: the table only)
	@t/setup demo
	@$(MAKE) --no-print-directory all
	@conf-examples/demo/run $(B)/mod_cors_expose.so

test: ## install what is missing, build, run the unit tests and the suite
	t/setup test
	$(MAKE) --no-print-directory check

test-asan: ## the same with module and unit tests under AddressSanitizer and UBSan
	@t/setup --check test
	$(MAKE) --no-print-directory VARIANT=asan check

check: has-test test-unit $(HTTPD)
	@t/TEST $(TESTS)

has-test has-test-unit:
	@t/setup --check $(@:has-%=%)

test-unit: has-test-unit $(UNIT) $(REPLAY) all ## build and run the unit tests of the core, and the fuzzers' corpora
	@test -n "$(UNIT)" || { echo 'no unit tests in t/unit'; exit 1; }
	@t/TEST --no-server $(UNIT) $(REPLAY) t/unit/*.t

C_FILES = $(SOURCES) $(HEADERS) $(wildcard t/*/*.[ch] t/server/c-modules/*/*.c bench/*.[ch])

lint: ## the C files' format and license line, warnings of gcc and clang; static analysis of the module and the scripts
	@t/setup --check lint
	clang-format --dry-run -Werror $(C_FILES)
	@! grep -L 'SPDX-License-Identifier: Apache-2.0' $(C_FILES) | sed 's/$$/: no SPDX-License-Identifier/' | grep .
	$(MAKE) --no-print-directory VARIANT=gcc CC=gcc WERROR=-Werror compiled
	$(MAKE) --no-print-directory VARIANT=clang CC=clang WERROR=-Werror compiled
	@t/lint

compiled: all $(UNIT) $(REPLAY) $(B)/clock.so $(B)/pool.so $(B)/collide $(B)/pools.so

install: all ## install the module and its header through apxs; nothing is activated
	mkdir -p "$(DESTDIR)$(LIBEXECDIR)" "$(DESTDIR)$(INCLUDEDIR)"
	cd $(B)/tree && $(APXS) -S LIBEXECDIR="$(DESTDIR)$(LIBEXECDIR)" -i -n cors_expose mod_cors_expose.la
	install -m 644 include/mod_cors_expose.h "$(DESTDIR)$(INCLUDEDIR)/"
	@packaging/activation install "$(DESTDIR)" "$(SYSCONFDIR)" "$(LIBEXECDIR)"

uninstall: ## remove what make install has installed
	@t/setup --check build
	@packaging/activation uninstall "$(DESTDIR)" "$(SYSCONFDIR)" "$(LIBEXECDIR)"
	rm -f "$(DESTDIR)$(LIBEXECDIR)/mod_cors_expose.so" "$(DESTDIR)$(INCLUDEDIR)/mod_cors_expose.h"

SYSCONFDIR = $(shell $(APXS) -q SYSCONFDIR)
LIBEXECDIR = $(shell $(APXS) -q LIBEXECDIR)
INCLUDEDIR = $(shell $(APXS) -q INCLUDEDIR)

dist: ## the last commit as a tarball, and its checksum (build/mod_cors_expose-VERSION.tar.gz, .tar.gz.sha256)
	@t/setup --check dist
	@mkdir -p build
	git archive --prefix=mod_cors_expose-$(VERSION)/ -o build/mod_cors_expose-$(VERSION).tar.gz HEAD
	cd build && sha256sum mod_cors_expose-$(VERSION).tar.gz > mod_cors_expose-$(VERSION).tar.gz.sha256
	@git diff --quiet HEAD || echo 'make dist: there are changes that are not committed; they are not in it' >&2

deb: ## install what is missing, and build Debian's packages (build/deb/)
	t/setup deb
	packaging/build-deb $(VERSION)

rpm: ## build Fedora's packages (build/rpm/RPMS/)
	@t/setup --check rpm
	packaging/build-rpm $(VERSION)

clean: ## remove build/
	rm -rf build

TARGETS = awk -F ':.*\#\# ' '/^[a-z-]+:.*\#\# / { printf "  %-13s %s\n", $$1, $$2 }'

help: ## this list
	@echo 'make [target] [variable=value]...'
	@$(TARGETS) Makefile
	@echo 'for work on the module itself (t/dev.mk):'
	@$(TARGETS) t/dev.mk
	@echo 'demo, test and deb install what is missing; every other target names it, and make deps FOR=... installs it.'
	@echo 'variables:'
	@sed -n 's/^#:/ /p' Makefile

.PHONY: all deps demo test test-asan test-unit check has-test has-test-unit lint compiled install uninstall dist deb rpm clean help
