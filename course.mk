# The course: its steps, its checker, and two clients that misbehave.
#
#   make step N=4                     run a step
#   make diff N=4                     what changed since the step before
#   make check-step STEP=4 CMD='python3 my_server.py'
#   make freeze    make flood         a client that reads nothing, one that
#                                     talks too much
#   make book                         the book as web pages, if mdbook is there

.PHONY: step diff check-step freeze flood book

N ?= 1
STEP ?= $(N)
course_two = $(if $(filter 1 2 3 4 5 6 7 8 9,$(1)),0$(1),$(1))
course_file = $(wildcard */examples/step$(call course_two,$(1))_*.rs)
course_before = $(if $(filter 1 2,$(1)),none,$(if $(filter 4,$(1)),1,$(shell expr $(1) - 1)))

step:
	@cargo run --quiet --package chat-$(firstword $(subst /, ,$(call course_file,$(N)))) \
	  --example $(basename $(notdir $(call course_file,$(N))))

diff:
	@diff -u $(or $(call course_file,$(call course_before,$(N))),/dev/null) \
	  $(call course_file,$(N)) || test $$? -eq 1

check-step:
	@cargo run --quiet --package chat-tests --bin check_step -- $(STEP) $(if $(CMD),"$$CMD")

export CMD

freeze flood:
	@cargo run --quiet --package chat-tests --bin $@

book:
	@command -v mdbook >/dev/null \
	  && mdbook build \
	  || echo "mdbook is not installed; docs/SUMMARY.md reads well without"
