"""Pages without a sign-in: the patient's booking page and the on-call clinician's acknowledge link."""
