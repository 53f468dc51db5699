package slatest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// RequireMet ends the test unless the SLA is met or at risk: its promise is kept, and some of its
// error budget is left.
func RequireMet(tb TB, r tracker.Report) {
	tb.Helper()
	if r.State != sla.StateMet && r.State != sla.StateAtRisk {
		tb.Fatalf("%s is %v, and should be met%s\n%s", r.SLA, r.State, by(r), r.Text())
	}
}

// RequireBreached ends the test unless the SLA is breached.
func RequireBreached(tb TB, r tracker.Report) {
	tb.Helper()
	RequireState(tb, r, sla.StateBreached)
}

// RequireState ends the test unless the SLA is in exactly this state.
func RequireState(tb TB, r tracker.Report, want sla.State) {
	tb.Helper()
	if r.State != want {
		tb.Fatalf("%s is %v, and should be %v%s\n%s", r.SLA, r.State, want, by(r), r.Text())
	}
}

// by returns which objective decides the state.
func by(r tracker.Report) string {
	if r.DecidedBy == "" {
		return ""
	}
	return ": " + r.DecidedBy + " decides that"
}

// has ends a test that asks about an objective that does not exist, since such a test could not
// fail.
func (s *Sim) has(tb TB, check string) bool {
	tb.Helper()
	_, _, ok := s.Tracker.Catalog().Objective(check)
	if !ok {
		tb.Fatalf("slatest: there is no objective %q: it is named as its check, like \"orders/ready\"", check)
	}
	return ok
}

// RequirePaged ends the test unless a burn rule that pages began to fire for an objective at that
// instant or before. The objective is named as its check is, as "orders/ready".
func RequirePaged(tb TB, s *Sim, check string, before time.Time) {
	tb.Helper()
	if !s.has(tb, check) {
		return
	}
	for _, a := range s.Alerts {
		if a.Check == check && a.Firing && a.Burn.Rule.Page && !a.At.After(before) {
			return
		}
	}
	tb.Fatalf("no page about %s was sent by %s. Its alerts until %s:\n%s",
		check, before.Format(time.RFC3339), s.now.Format(time.RFC3339), s.alerts(check))
}

// RequireNoAlerts ends the test if any burn rule, of a page or of a ticket, began to fire for an
// objective. The objective is named as its check is, as "orders/ready".
func RequireNoAlerts(tb TB, s *Sim, check string) {
	tb.Helper()
	if !s.has(tb, check) {
		return
	}
	for _, a := range s.Alerts {
		if a.Check == check && a.Firing {
			tb.Fatalf("%s should be quiet. Its alerts until %s:\n%s",
				check, s.now.Format(time.RFC3339), s.alerts(check))
			return
		}
	}
}

// RequireGolden ends the test unless the text of the report equals the file. If update is true,
// which is usually the value of a flag of your test, it writes the file instead, and makes its
// folder.
func RequireGolden(tb TB, r tracker.Report, file string, update bool) {
	tb.Helper()
	got := r.Text()
	if update {
		err := os.MkdirAll(filepath.Dir(file), 0o755)
		if err == nil {
			err = os.WriteFile(file, []byte(got), 0o644)
		}
		if err != nil {
			tb.Fatalf("slatest: the golden report cannot be written: %v", err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		tb.Fatalf("slatest: there is no golden report yet: "+
			"run the test with update set, and review the file: %v", err)
		return
	}
	if string(want) != got {
		tb.Fatalf("the report of %s is not that of %s:\n%s", r.SLA, file, differ(string(want), got))
	}
}

// differ returns the lines that only one of two texts has, in order: those of the file with -,
// those of the report with +.
func differ(want, got string) string {
	old, now := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	for i, j := 0, 0; i < len(old) || j < len(now); {
		switch {
		case i < len(old) && j < len(now) && old[i] == now[j]:
			i, j = i+1, j+1
		case j == len(now) || i < len(old) && !slices.Contains(now[j:], old[i]):
			b.WriteString("- " + old[i] + "\n")
			i++
		default:
			b.WriteString("+ " + now[j] + "\n")
			j++
		}
	}
	return b.String()
}
