# For fingers that type make. Everything is in ./run; `./run` alone lists it.
.PHONY: demo test check fix serve bench messages lock vendor

demo test check fix serve bench messages lock vendor:
	@./run $@
