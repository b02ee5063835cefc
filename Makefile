# For fingers that type make. Everything is in ./run; `./run` alone lists it.
.PHONY: demo test check fix serve bench mutants messages lock vendor

demo test check fix serve bench mutants messages lock vendor:
	@./run $@
