"""What Sapa knows: rubrics, crosswalks, scales, profiles and kinds of evidence, read from YAML. Pure: no database, no web."""
