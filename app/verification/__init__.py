"""Pages for anybody: is this PDF genuine, and what did the code on it stand for."""
