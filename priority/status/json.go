package status

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

const jsonType = "application/json; charset=utf-8"

// pageJSON makes status.json.
func (q *request) pageJSON() (response, error) {
	page := q.list()
	return encode(page, page.At, page.Until)
}

// list returns the part of the SLAs that is asked for, and what is known of all that match.
func (q *request) list() Page {
	counts, worst := q.counts()
	p := Page{
		Format: FormatVersion, Title: q.h.title(), At: written(q.s.at.UTC()), Until: written(q.expires.UTC()),
		Level: worst, Levels: counts, Total: len(q.rows), Offset: q.offset,
		SLAs: []SLAView{}, Incidents: q.listed(q.s.open),
	}
	for _, r := range q.page() {
		q.h.fill(q.s, r)
		p.SLAs = append(p.SLAs, r.SLAView)
	}
	return p
}

// add counts one SLA. A level that does not exist counts as unknown.
func (l *LevelCounts) add(level Level) {
	place := map[Level]*int{
		LevelBroken: &l.Broken, LevelAtRisk: &l.AtRisk, LevelMaintenance: &l.Maintenance, LevelKept: &l.Kept,
	}[level]
	*cmp.Or(place, &l.Unknown)++
}

// slaJSON makes sla.json.
func (q *request) slaJSON() (response, error) {
	shown, err := q.one()
	if err != nil {
		return response{}, err
	}
	return encode(shown, shown.Details.At, shown.Details.Until)
}

// one returns all that is shown of one SLA.
func (q *request) one() (SLAView, error) {
	r, err := q.row()
	if err != nil {
		return SLAView{}, err
	}
	q.h.fill(q.s, r)
	q.h.draw(q.s, r)

	shown := r.SLAView
	shown.Objectives = slices.Clone(shown.Objectives) // the list shows them without windows
	for i := range shown.Objectives {
		shown.Objectives[i].Windows = r.notes[i].windows
	}
	shown.Details = &SLADetails{
		Format: FormatVersion, At: written(q.s.at.UTC()), Until: written(q.expires.UTC()),
		Corrections: q.h.corrections(q.s, r.ID), Incidents: q.incidents, Assets: q.assets,
	}
	return shown, nil
}

// encode returns a value as JSON. The two instants are what changes though nothing else does.
func encode(v any, at, until time.Time) (response, error) {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		return response{}, err
	}
	text := b.String()
	volatile := []string{
		`"at":"` + at.Format(time.RFC3339Nano) + `"`, `"until":"` + until.Format(time.RFC3339Nano) + `"`,
	}
	// They are cut out of the text in their order, which is that of the fields.
	slices.SortFunc(volatile, func(a, b string) int {
		return cmp.Compare(strings.Index(text, a), strings.Index(text, b))
	})
	return response{contentType: jsonType, body: b.Bytes(), volatile: volatile}, nil
}
