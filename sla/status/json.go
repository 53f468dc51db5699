package status

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

const jsonKind = "application/json; charset=utf-8"

// pageJSON answers status.json.
func (a *asked) pageJSON() (answer, error) {
	page := a.list()
	return a.encode(page, page.At, page.Until)
}

// list makes the page of what is asked for.
func (a *asked) list() Page {
	p := Page{
		Format: Format, Title: a.h.title(), At: written(a.s.at.UTC()), Until: written(a.until.UTC()),
		Total: len(a.rows), Offset: a.offset, SLAs: []SLA{}, Incidents: a.incidents(a.s.open, mostIncidents),
	}
	for i, r := range a.rows {
		if i == 0 {
			p.Level = r.Level
		}
		p.Levels.count(r.Level)
	}
	for _, r := range a.page() {
		a.h.fill(a.s, r)
		p.SLAs = append(p.SLAs, a.only(r))
	}
	return p
}

func (l *Levels) count(level Level) {
	places := map[Level]*int{Broken: &l.Broken, AtRisk: &l.AtRisk, Maintenance: &l.Maintenance, Kept: &l.Kept}
	*cmp.Or(places[level], &l.Unknown)++
}

// only is a row as it is sent.
func (a *asked) only(r *row) SLA {
	shown := r.SLA
	if shown.Objectives == nil {
		shown.Objectives = []Objective{}
	}
	return shown
}

// incidents lists those that the sender may know of: that reach an SLA that they see, or none at all, when they may.
// They name only what the sender sees. SLAs that are gone since are none only where everybody may know of everything.
func (a *asked) incidents(all []*trouble, most int) (shown []Incident) {
	sees := a.sees()
	for _, t := range all {
		i := t.Incident
		i.SLAs = nil
		for _, id := range t.SLAs {
			if sees[id] && len(i.SLAs) < mostReached {
				i.SLAs = append(i.SLAs, id)
			}
		}
		if len(i.SLAs) == 0 && (len(t.SLAs) > 0 && a.h.Authorize != nil || !a.rest || a.filtered()) {
			continue
		}
		if shown = append(shown, i); len(shown) == most {
			break
		}
	}
	return shown
}

// filtered says whether less than all is asked for.
func (a *asked) filtered() bool { return a.id != "" || len(a.values()) > 0 }

func (a *asked) sees() map[string]bool {
	sees := make(map[string]bool, len(a.rows))
	for _, r := range a.rows {
		sees[r.ID] = a.id == "" || a.id == r.ID
	}
	return sees
}

// slaJSON answers sla.json.
func (a *asked) slaJSON() (answer, error) {
	shown, err := a.one()
	if err != nil {
		return answer{}, err
	}
	return a.encode(shown, shown.Details.At, shown.Details.Until)
}

// one makes all that is told of one SLA.
func (a *asked) one() (SLA, error) {
	r, err := a.row()
	if err != nil {
		return SLA{}, err
	}
	a.h.fill(a.s, r)
	a.h.windows(a.s, r)
	shown := a.only(r)
	shown.Objectives = slices.Clone(shown.Objectives)
	for i := range shown.Objectives {
		shown.Objectives[i].Windows = r.notes[i].windows
	}
	shown.Details = &Details{
		Format: Format, At: written(a.s.at.UTC()), Until: written(a.until.UTC()),
		Corrections: a.h.corrections(a.s, r.ID), Incidents: a.story, Assets: a.assets,
	}
	return shown, nil
}

// tell lists the incidents of one SLA with their timelines: those that are open, and those that were closed not long ago; and what lies upstream.
// It may wait for a store, or have a long way, and so must not have the turn to compute: what needs neither is answered meanwhile.
func (a *asked) tell() error {
	recent := slices.DeleteFunc(slices.Clone(a.s.all), func(t *trouble) bool {
		return !t.Closed.IsZero() && a.s.at.Sub(t.Closed) > remembered
	})
	if r, err := a.row(); err == nil && a.h.Publish.Assets {
		a.assets = a.upstream(r)
	}
	slices.SortStableFunc(recent, func(x, y *trouble) int { return btoi(!x.Closed.IsZero()) - btoi(!y.Closed.IsZero()) })
	ctx, cancel := context.WithTimeout(a.ctx, longestRead)
	defer cancel()
	a.story = a.incidents(recent, mostIncidents)
	for i := range a.story {
		a.timeline(ctx, &a.story[i])
		a.unread = a.unread || a.story[i].Unread
	}
	return context.Cause(a.ctx) // what was not read, because somebody did not want to wait, is nobody else's answer
}

// encode writes a value. The two instants are what changes though nothing else does.
func (a *asked) encode(v any, at, until time.Time) (answer, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	if err := e.Encode(v); err != nil {
		return answer{}, err
	}
	return answer{kind: jsonKind, body: b.Bytes(), volatile: instants(b.String(), at, until)}, nil
}

// instants lists how two instants stand in a JSON text, in the order in which they do.
func instants(text string, at, until time.Time) []string {
	list := []string{`"at":"` + at.Format(time.RFC3339Nano) + `"`, `"until":"` + until.Format(time.RFC3339Nano) + `"`}
	slices.SortFunc(list, func(a, b string) int { return cmp.Compare(strings.Index(text, a), strings.Index(text, b)) })
	return list
}
