# What work on the module takes beside building and testing it; the Makefile includes this file. None of these targets installs
# anything: each names what is missing.

MPMS = event worker prefork

# Of Debian's sources; t/hard/pool-debug says what that is for. A report counts as httpd's own if the same run has it with without.so, too.
POOLS = build/pools/httpd
test-pools: ## the suite under AddressSanitizer, with an httpd whose APR debugs its pools (from Debian's sources)
	@t/setup --check test test-pools
	t/hard/pool-debug build/pools
	export LD_LIBRARY_PATH=$(CURDIR)/$(POOLS)/lib; \
	    $(MAKE) --no-print-directory VARIANT=asan B=build/asan-pools APXS=$(CURDIR)/$(POOLS)/bin/apxs WITHOUT=build/asan-pools/without.so suite

# The unit tests give each allocation a block of its own anyway (t/unit/tap.h).
suite: all $(HTTPD) $(WITHOUT)
	t/TEST $(TESTS)

# Takes our directives and does nothing
$(B)/without.so: t/hard/without.c $(B)/with
	$(CC) -g -O1 $(filter-out -fvisibility=hidden,$(CE_CFLAGS)) -shared -fPIC -o $@ $< \
	    -I "$$($(APXS) -q INCLUDEDIR)" $$($(APR_CONFIG) --cppflags --includes)

test-mpms: $(HTTPD) ## the suite under each of httpd's processing models (MPMS="event worker prefork")
	@t/setup --check test
	$(MAKE) --no-print-directory all
	@failed=; for mpm in $(MPMS); do \
	    echo "== the suite under mpm_$$mpm"; \
	    MPM=$$mpm t/TEST $(TESTS) || failed="$$failed $$mpm"; \
	done; test -z "$$failed" || { echo "test-mpms: failed under$$failed"; exit 1; }

# The fuzzers' targets without a fuzzer: they try what is in t/fuzz/corpus.
FUZZ   = $(filter-out replay,$(patsubst t/fuzz/%.c,%,$(wildcard t/fuzz/*.c)))
REPLAY = $(FUZZ:%=$(B)/fuzz/%)
$(B)/fuzz/%: t/fuzz/%.c t/fuzz/replay.c $(wildcard t/fuzz/*.h t/unit/*.h) t/unit/property.c $(B)/mod_cors_expose.so
	@$(if $(V),:,echo 'Compiling $@')
	@mkdir -p $(@D)
	$(Q)$(CC) -g -O1 $(CE_CFLAGS) $(LDFLAGS) -I src -I t/unit $$($(APR_CONFIG) --cppflags --includes) -o $@ $< t/fuzz/replay.c $(CORE) \
	    $$($(APR_CONFIG) --link-ld --libs)

fuzz: ## look for inputs that the core takes wrongly, with libFuzzer (FUZZ_S=60 a target, ONLY=decisions; MERGE=1: keep what reaches more)
	@t/setup --check fuzz
	@ONLY="$(ONLY)" CORE="$(CORE_C)" t/fuzz/run $(CURDIR)/build/fuzz $(FUZZ)

ifeq ($(VARIANT),coverage)
# counters that threads share; a path that isn't mapped, since the counters' files lie beside the objects
SANITIZE   = --coverage -fprofile-update=atomic -O0
PREFIX_MAP =
endif

coverage: ## which lines and branches the unit tests and the suite reach (TESTS=t/suite/response: with that part of the suite)
	@t/setup --check coverage
	$(MAKE) --no-print-directory VARIANT=coverage all
	t/coverage/run $(CURDIR)/build/coverage $(TESTS)

mutants: all ## break the module in 200 places, and see each found by a test (MUTANTS=200, SEED=, ONLY=REGEX, PATCHES=FOLDER, JOBS=4, LIST=1; CORPORA=1: by the fuzzers' corpora alone)
	@t/setup --check test mutants
	MUTANTS="$(MUTANTS)" ONLY="$(ONLY)" PATCHES="$(PATCHES)" t/mutants/run $(B)/mod_cors_expose.so

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

test-browsers: ## Chromium, Firefox and WebKitGTK, with their caches (VERBOSE=1, ENGINE=Chromium, ONLY=pages: the demo's and docs/why-null)
	@t/setup --check test-browsers
	$(MAKE) all
	node t/browser/run.js $(B)/mod_cors_expose.so build/browser

build/recipes/node_modules/.package-lock.json: t/software/package.json t/software/package-lock.json
	mkdir -p build/recipes
	cp $^ build/recipes/
	cd build/recipes && npm ci --ignore-scripts --no-audit --no-fund

test-conformance: ## the public suites that ask for this header, against the recipes; the Web Platform Tests, in three engines (VERBOSE=1)
	@t/setup --check test-conformance
	$(MAKE) all
	node t/conformance/run.js $(B)/mod_cors_expose.so build/browser

test-recipes: ## the recipes before real servers, with real clients in Chromium and Firefox (ONLY=tus,mcp)
	@t/setup --check test-recipes
	$(MAKE) all
	node t/software/run.js $(B)/mod_cors_expose.so build/recipes

# Names that collide in the core's own hash
$(B)/collide: t/hard/collide.c $(B)/mod_cors_expose.so
	$(CC) -O2 $(CE_CFLAGS) -I src $$($(APR_CONFIG) --cppflags --includes) -o $@ $< $(CORE) $$($(APR_CONFIG) --link-ld --libs)

test-hostile: ## backends, clients, .htaccess files and configurations that mean harm (ONLY=REGEX, COSTS=0, SEED=)
	@t/setup --check test-hostile
	$(MAKE) --no-print-directory all $(B)/collide $(HTTPD)
	t/hard/hostile $(B)/mod_cors_expose.so $(B)/collide

ifeq ($(VARIANT),tsan)
SANITIZE = -fsanitize=thread -fno-omit-frame-pointer
HTTPD    = $(B)/httpd
PRELOAD  = libtsan.so
endif

# Gives each allocation from a pool a block of its own
$(B)/pools.so: t/hard/pools.c $(B)/with
	$(CC) -g -O1 $(filter-out -fvisibility=hidden,$(CE_CFLAGS)) -D_GNU_SOURCE -shared -fPIC -o $@ $< $$($(APR_CONFIG) --cppflags --includes --link-ld)

soak: ## restarts and .htaccess changes under load, also with sanitizers; memcheck; helgrind (SOAK_S=60, ONLY=)
	@t/setup --check soak
	$(MAKE) --no-print-directory all $(B)/pools.so
	$(MAKE) --no-print-directory VARIANT=asan all build/asan/httpd
	$(MAKE) --no-print-directory VARIANT=tsan all build/tsan/httpd
	t/hard/soak $(B) build/asan build/tsan

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

drawings: ## the pictures of README.md and docs/ anew: the drawings, the demo's page (PORT=8480)
	@t/setup --check demo drawings
	$(MAKE) --no-print-directory all
	docs/draw
	PICTURE=docs/demo.png conf-examples/demo/run $(B)/mod_cors_expose.so

# two bare Debians: one has httpd, the other make alone
ROOT_TAR      = build/bare-httpd.tar
MAKE_ROOT_TAR = build/bare-make.tar
$(ROOT_TAR):
	packaging/bare-root $@ apache2,perl,iproute2,apt-utils
$(MAKE_ROOT_TAR):
	packaging/bare-root $@ make

test-package: ## build both, and try them: lintian, blhc, a bare Debian (as root or by sudo), autopkgtest
	@t/setup --check test-package
	$(MAKE) --no-print-directory -j3 -Otarget all deb rpm $(ROOT_TAR) $(MAKE_ROOT_TAR)
	ROOT_TAR=$(ROOT_TAR) MAKE_ROOT_TAR=$(MAKE_ROOT_TAR) t/TEST --no-server t/packaging

release-check: ## all there is, for whoever makes a release; at the end a table of it
	@t/setup --check
	.ci/run release

.PHONY: suite test-pools test-mpms fuzz coverage mutants test-caches test-browsers test-conformance test-recipes test-hostile soak bench figures
.PHONY: drawings test-package release-check
