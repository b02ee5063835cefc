"""The evidence library as a whole: finding, using, withdrawing and changing many items. It knows assessments."""
