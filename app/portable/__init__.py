"""The portable assessment: one YAML or JSON file that holds a whole self-assessment (`sapa-assessment/1`)."""
