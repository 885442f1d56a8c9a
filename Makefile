# mod_cors_expose. `make help` lists the targets (their ## is the text) and the variables (#:).

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
ifeq ($(VARIANT),tsan)
SANITIZE = -fsanitize=thread -fno-omit-frame-pointer
HTTPD    = $(B)/httpd
PRELOAD  = libtsan.so
endif
ifeq ($(VARIANT),coverage)
# counters that threads share; a path that isn't mapped, since the counters' files lie beside the objects
SANITIZE   = --coverage -fprofile-update=atomic -O0
PREFIX_MAP =
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

all: $(B)/mod_cors_expose.so ## build the module (build/normal/mod_cors_expose.so)

deps: ## install what targets need and this machine lacks (FOR="test lint": what those need)
	t/setup $(FOR)

# apxs and libtool leave their files beside the sources, so each variant compiles links to them in a tree of its own. apxs
# compiles everything anew each time; that is a second or two, and never wrong.
$(B)/mod_cors_expose.so: $(SOURCES) $(HEADERS) Makefile $(B)/with
	@t/setup --check build
	@echo 'Compiling $@ (commands: $(B)/compile.log)'
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
	@echo 'Compiling $@'
	@mkdir -p $(@D)
	$(Q)$(CC) -g -O1 $(CE_CFLAGS) $(LDFLAGS) -I src -I t/unit $$($(APR_CONFIG) --cppflags --includes) -o $@ $< $(CORE) \
	    $$($(APR_CONFIG) --link-ld --libs)

# The fuzzers' targets without a fuzzer: they try what is in t/fuzz/corpus.
FUZZ   = $(filter-out replay,$(patsubst t/fuzz/%.c,%,$(wildcard t/fuzz/*.c)))
REPLAY = $(FUZZ:%=$(B)/fuzz/%)
$(B)/fuzz/%: t/fuzz/%.c t/fuzz/replay.c $(wildcard t/fuzz/*.h t/unit/*.h) t/unit/property.c $(B)/mod_cors_expose.so
	@echo 'Compiling $@'
	@mkdir -p $(@D)
	$(Q)$(CC) -g -O1 $(CE_CFLAGS) $(LDFLAGS) -I src -I t/unit $$($(APR_CONFIG) --cppflags --includes) -o $@ $< t/fuzz/replay.c $(CORE) \
	    $$($(APR_CONFIG) --link-ld --libs)

# httpd isn't compiled with the sanitizers, so their libraries have to be there before anything else.
$(B)/httpd: Makefile
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nLD_PRELOAD="%s" exec "%s/%s" "$$@"\n' \
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

has-test:
	@t/setup --check test

test-mpms: $(HTTPD) ## the suite under each of httpd's processing models (MPMS="event worker prefork")
	@t/setup --check test
	$(MAKE) --no-print-directory all
	@failed=; for mpm in $(MPMS); do \
	    echo "== the suite under mpm_$$mpm"; \
	    MPM=$$mpm t/TEST $(TESTS) || failed="$$failed $$mpm"; \
	done; test -z "$$failed" || { echo "test-mpms: failed under$$failed"; exit 1; }

MPMS = event worker prefork

test-unit: $(UNIT) $(REPLAY) all ## build and run the unit tests of the core, and the fuzzers' corpora
	@test -n "$(UNIT)" || { echo 'no unit tests in t/unit'; exit 1; }
	@t/TEST --no-server $(UNIT) $(REPLAY) t/unit/*.t

fuzz: ## look for inputs that the core takes wrongly, with libFuzzer (FUZZ_S=60 a target, ONLY=decisions, MUTANTS=1)
	t/setup fuzz
	@ONLY="$(ONLY)" CORE="$(CORE_C)" t/fuzz/run $(CURDIR)/build/fuzz $(FUZZ)
	@test -z "$(MUTANTS)" || CORE="$(CORE_C)" t/fuzz/mutants $(CURDIR)/build/fuzz $(FUZZ)

coverage: ## which lines and branches the unit tests and the suite reach (TESTS=t/suite/response: with that part of the suite)
	t/setup coverage
	$(MAKE) --no-print-directory VARIANT=coverage all
	t/coverage/run $(CURDIR)/build/coverage $(TESTS)

release-check: ## all there is, for whoever makes a release; at the end a table of it
	.ci/run release

# The clock that the caches' servers go by
$(B)/clock.so: t/caches/clock.c $(B)/with
	$(CC) -O2 $(filter-out -fvisibility=hidden,$(CE_CFLAGS)) -shared -fPIC -o $@ $<

test-caches: ## real caches in front: mod_cache, Varnish, nginx (SEED=, ONLY=)
	@t/setup --check test-caches
	$(MAKE) all $(B)/clock.so
	t/caches/run

# npm reads both files beside node_modules.
build/browser/node_modules/.package-lock.json: t/browser/package.json t/browser/package-lock.json
	mkdir -p build/browser
	cp $^ build/browser/
	cd build/browser && npm ci --ignore-scripts --no-audit --no-fund

test-browsers: ## Chromium, Firefox and WebKitGTK, with their caches (VERBOSE=1)
	@t/setup --check test-browsers
	$(MAKE) all
	node t/browser/run.js $(B)/mod_cors_expose.so build/browser

build/recipes/node_modules/.package-lock.json: t/software/package.json t/software/package-lock.json
	mkdir -p build/recipes
	cp $^ build/recipes/
	cd build/recipes && npm ci --ignore-scripts --no-audit --no-fund

test-recipes: ## the recipes before real servers, with real clients in Chromium and Firefox (ONLY=tus,mcp)
	@t/setup --check test-recipes
	$(MAKE) all
	node t/software/run.js $(B)/mod_cors_expose.so build/recipes

# Counts pool bytes
$(B)/pool.so: bench/pool.c $(B)/with
	$(CC) -O2 $(filter-out -fvisibility=hidden,$(CE_CFLAGS)) -shared -fPIC -o $@ $< $$($(APR_CONFIG) --cppflags --includes)

bench: ## what a request costs, beside mod_headers (STRICT=1, ROWS=REGEX, SVG=FILE, TSV=FILE)
	@t/setup --check bench
	$(MAKE) all $(B)/pool.so
	TSV="$(TSV)" bench/run $(B)/mod_cors_expose.so $(B)/pool.so
	@test -z "$(SVG)" || bench/draw svg "$(TSV)" > "$(SVG)"

TSV ?= $(B)/cost.tsv

figures: ## what make bench has measured last into docs/cost.md and docs/cost.svg (TSV=FILE)
	bench/draw svg "$(TSV)" > docs/cost.svg
	bench/draw markdown "$(TSV)" > $(B)/cost.md
	sed -i -e '/^<!-- figures/,/^<!-- end/{//!d}' -e '/^<!-- figures/r $(B)/cost.md' docs/cost.md

drawings: all ## the pictures of README.md and docs/ anew: the drawings, the demo's page (PORT=8480)
	@t/setup --check drawings
	docs/draw
	PICTURE=docs/demo.png conf-examples/demo/run $(B)/mod_cors_expose.so

# Names that collide in the core's own hash
$(B)/collide: t/hard/collide.c $(B)/mod_cors_expose.so
	$(CC) -O2 $(CE_CFLAGS) -I src $$($(APR_CONFIG) --cppflags --includes) -o $@ $< $(CORE) $$($(APR_CONFIG) --link-ld --libs)

.PHONY: test-hostile
test-hostile: ## backends, clients, .htaccess files and configurations that mean harm (ONLY=REGEX, COSTS=0, SEED=)
	t/setup test-hostile
	$(MAKE) --no-print-directory all $(B)/collide $(HTTPD)
	t/hard/hostile $(B)/mod_cors_expose.so $(B)/collide

# Gives each allocation from a pool a block of its own
$(B)/pools.so: t/hard/pools.c $(B)/with
	$(CC) -g -O1 $(filter-out -fvisibility=hidden,$(CE_CFLAGS)) -D_GNU_SOURCE -shared -fPIC -o $@ $< $$($(APR_CONFIG) --cppflags --includes --link-ld)

.PHONY: soak
soak: ## restarts and .htaccess changes under load, also with sanitizers; memcheck; helgrind (SOAK_S=60, ONLY=)
	t/setup soak
	$(MAKE) --no-print-directory all $(B)/pools.so
	$(MAKE) --no-print-directory VARIANT=asan all build/asan/httpd
	$(MAKE) --no-print-directory VARIANT=tsan all build/tsan/httpd
	t/hard/soak $(B) build/asan build/tsan

C_FILES = $(SOURCES) $(HEADERS) $(wildcard t/*/*.[ch] t/server/c-modules/*/*.c bench/*.[ch])

lint: ## check format and license line of the C files, and compile with gcc and clang without a warning
	@t/setup --check lint
	clang-format --dry-run -Werror $(C_FILES)
	@! grep -L 'SPDX-License-Identifier: Apache-2.0' $(C_FILES) | sed 's/$$/: no SPDX-License-Identifier/' | grep .
	$(MAKE) --no-print-directory VARIANT=gcc CC=gcc WERROR=-Werror compiled
	$(MAKE) --no-print-directory VARIANT=clang CC=clang WERROR=-Werror compiled

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

# named by httpd's version, since the package wants at least the one that it was built with
ROOT_TAR = build/bare-root-$(shell dpkg-query -W -f '$${Version}' apache2-bin 2>/dev/null).tar
$(ROOT_TAR):
	packaging/bare-root $@

test-package: ## build both, and try them: lintian, a bare Debian (as root or by sudo), autopkgtest
	@t/setup --check test-package
	$(MAKE) --no-print-directory -j3 -Otarget all deb rpm $(ROOT_TAR)
	ROOT_TAR=$(ROOT_TAR) t/TEST --no-server t/packaging

clean: ## remove build/
	rm -rf build

help: ## this list
	@echo 'make [target] [variable=value]...'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' Makefile
	@echo 'variables:'
	@sed -n 's/^#:/ /p' Makefile

.PHONY: all deps demo test test-asan test-mpms test-unit test-caches test-browsers test-recipes bench check has-test lint compiled
.PHONY: install uninstall dist deb rpm test-package drawings figures fuzz coverage release-check clean help
