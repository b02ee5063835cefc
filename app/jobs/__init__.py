"""Work outside a request: the queue, the worker, mail."""
