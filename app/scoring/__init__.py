"""The method: rubric and answers in, scorecard out. Pure functions over exact fractions; only display rounds."""
