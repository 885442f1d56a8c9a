# mod_cors_expose. `make help` lists targets and variables.

APXS ?= apxs
MPM  ?= event

VARIANT = normal
B       = build/$(VARIANT)
SOURCES = mod_cors_expose.c $(wildcard src/*.c)
HEADERS = $(wildcard include/*.h)

# httpd's and APR's headers want what the C library calls GNU (off64_t and the like), which apxs asks for with -D_GNU_SOURCE;
# strict C99 for the rest.
WARNINGS = -Wall -Wextra
CFLAGS   = -std=c99 $(WARNINGS) -fvisibility=hidden

all: $(B)/mod_cors_expose.so

# apxs and libtool drop their files beside the sources, so each variant compiles a tree of links of its own.
$(B)/mod_cors_expose.so: $(SOURCES) $(HEADERS) Makefile
	rm -rf $(B)/tree
	mkdir -p $(B)/tree/src
	for source in $(SOURCES); do ln -s "$(CURDIR)/$$source" $(B)/tree/$$source || exit; done
	cd $(B)/tree && $(APXS) -c $(addprefix -Wc$(comma),$(CFLAGS)) -I "$(CURDIR)/include" -o mod_cors_expose.so $(SOURCES)
	cp $(B)/tree/.libs/mod_cors_expose.so $@

comma = ,

test: setup all
	APXS=$(APXS) MPM=$(MPM) BUILD=$(B) t/TEST

setup:
	APXS=$(APXS) t/setup test

clean:
	rm -rf build

.PHONY: all test setup clean
