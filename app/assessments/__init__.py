"""Self-assessments: answers, links to evidence, actions, stored scores."""
