package incident

// Add returns the state after one more entry, or why it may not be added where the incident stands.
// Tests compare the states on both sides of one entry; callers go through FromEntries and a Desk.
func (i Incident) Add(e Entry) (Incident, error) { return i.add(e) }

// MostSymptoms is the bound on the symptoms that an incident lists.
const MostSymptoms = mostSymptoms
