package priority_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A trap is an error whose text cannot be read.
type trap struct{ text *string }

func (e *trap) Error() string { return *e.text }

func TestFromError(t *testing.T) {
	firing, resolved := priority.FromError("x", errors.New("exit 1"), at), priority.FromError("x", nil, at)
	assert.Equal(t, priority.Signal{Asset: "x", Kind: priority.KindFailure, Summary: "exit 1", At: at}, firing)
	assert.True(t, resolved.Resolved)
	assert.Equal(t, firing.Identity(), resolved.Identity())
	assert.Equal(t, "an error of type *priority_test.trap that cannot be read: "+
		"runtime error: invalid memory address or nil pointer dereference", priority.FromError("x", &trap{}, at).Summary)
	assert.False(t, priority.FromError("x", (*trap)(nil), at).Resolved, "a typed nil is an error")
}

func TestFromAlert(t *testing.T) {
	rules, err := sla.DefaultBurnRules(30 * sla.Day)
	require.NoError(t, err)
	alert := sla.Alert{
		SLA: "orders-by-7", Check: "orders-by-7/ready", Asset: "mart.orders", Firing: true, Since: at, At: at,
		Burn: sla.Burn{Rule: rules[0], Target: sla.MustTarget("99%"), Long: sla.Counts{Good: 8, Bad: 2}, Short: sla.Counts{Good: 4, Bad: 1}},
	}
	c := newClassifier(orders(t))
	page := priority.FromAlert(alert)
	a := c.Classify(page)
	assert.Equal(t, priority.P1, a.Priority)
	assert.Equal(t, priority.SeverityCritical, page.Severity)
	assert.Equal(t, `mart.orders is using up the error budget of orders-by-7/ready too fast: page-fast fires: burns 20 times the budget over 1h and 20 times the budget over 5m, above 14.4 `+
		`→ "Orders ready by 07:00" (finance), due in 42m`, a.String())
	lead, _ := a.Lead()
	effect, _ := priority.EffectOn(a, lead)
	assert.Equal(t, priority.EffectAtRisk, effect)
	assert.Equal(t, `"sla" burn "mart.orders" "check"="orders-by-7/ready" "rule"="page-fast"`, page.Identity())

	recovered := alert
	recovered.Firing, recovered.At, recovered.Burn.Short = false, at.Add(time.Hour), sla.Counts{Good: 5}
	quiet := priority.FromAlert(recovered)
	assert.True(t, quiet.Resolved)
	assert.Equal(t, priority.SeverityInfo, quiet.Severity)
	assert.Equal(t, page.Identity(), quiet.Identity())
	assert.Equal(t, at.Add(time.Hour), quiet.At)
	assert.Contains(t, c.Classify(quiet).String(), "mart.orders is no longer using up the error budget of orders-by-7/ready too fast: page-fast is quiet")

	alert.Burn.Rule = rules[2]
	ticket := priority.FromAlert(alert)
	assert.Equal(t, priority.SeverityWarning, ticket.Severity)
	assert.NotEqual(t, page.Identity(), ticket.Identity())
	assert.Equal(t, priority.P1, c.Classify(ticket).Priority, "a ticket about a primary SLA is P1 too")
	assert.NotPanics(t, func() { _ = c.Classify(priority.FromAlert(sla.Alert{})).Explain() })
}

func TestFromHealthCheck(t *testing.T) {
	ended, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("shutting down"))
	for name, test := range map[string]struct {
		ctx      context.Context
		check    func(context.Context) error
		summary  string
		resolved bool
	}{
		"well":                {context.Background(), func(context.Context) error { return nil }, "is well again", true},
		"not well":            {context.Background(), func(context.Context) error { return errors.New("disk full") }, "disk full", false},
		"panicking":           {context.Background(), func(context.Context) error { panic("boom") }, "could not be checked: its health check panicked: boom", false},
		"missing":             {context.Background(), nil, "has no health check to run", false},
		"no context":          {nil, func(ctx context.Context) error { return ctx.Err() }, "is well again", true},
		"unreadable":          {context.Background(), func(context.Context) error { return (*trap)(nil) }, "an error of type *priority_test.trap that is a nil pointer: return a plain nil where there is no error", false},
		"panicking with such": {context.Background(), func(context.Context) error { panic((*trap)(nil)) }, "could not be checked: its health check panicked: <nil>", false},
		"too late":            {ended, func(context.Context) error { t.Error("it must not run"); return nil }, "could not be checked: shutting down", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := priority.FromHealthCheck(test.ctx, "host-7", test.check, at)
			assert.Equal(t, test.summary, s.Summary)
			assert.Equal(t, test.resolved, s.Resolved)
			assert.Equal(t, `"health" unhealthy "host-7"`, s.Identity())
			assert.True(t, s.At.Equal(at))
		})
	}
}

func TestFromAlertmanager(t *testing.T) {
	body, err := os.ReadFile("testdata/alertmanager_v4.json")
	require.NoError(t, err)
	signals, err := priority.FromAlertmanager(body, priority.AlertLabels{}, at)
	require.NoError(t, err)
	require.Len(t, signals, 4)
	firing, resolved, bare, left := signals[0], signals[1], signals[2], signals[3]

	assert.Equal(t, priority.Signal{
		Asset: "raw.orders", Kind: priority.KindAlert, Severity: priority.SeverityCritical, Summary: "extract exited 1", At: at, Source: "alertmanager",
		Dimensions: map[string]string{"alertname": "LoadFailed", "instance": "etl-1"},
	}, firing)

	assert.True(t, resolved.Resolved)
	assert.Equal(t, time.Date(2021, 3, 4, 6, 10, 0, 500, time.UTC), resolved.At.UTC())
	assert.Equal(t, firing.Identity(), resolved.Identity(), "severity and values are no part of it")

	assert.Equal(t, "DiskFull", bare.Asset, "an alert without an asset is about its own name")
	assert.Equal(t, priority.SeverityUnknown, bare.Severity, "sev9 is no severity")
	assert.Equal(t, "DiskFull", bare.Summary)
	assert.False(t, bare.Resolved, "a status that nobody knows is not resolved")

	assert.Equal(t, "has left out 3 alerts", left.Summary)
	assert.False(t, left.Resolved)

	undated, err := priority.FromAlertmanager(body, priority.AlertLabels{Asset: "instance", Severity: "none"}, time.Time{})
	require.NoError(t, err)
	assert.Equal(t, "etl-1", undated[0].Asset)
	assert.Equal(t, time.Date(2021, 3, 4, 5, 0, 0, 0, time.UTC), undated[0].At.UTC())
	assert.Equal(t, priority.SeverityUnknown, undated[0].Severity)
}

func TestFromAlertmanagerRefuses(t *testing.T) {
	for body, want := range map[string]string{
		``:                            "unexpected end",
		`[]`:                          "cannot unmarshal",
		`{"version":"3","alerts":[]}`: `version: "3" is not "4"`,
		`{"alerts":[]}`:               `version: "" is not "4"`,
		`{"version":"4","alerts":[{"labels":7}]}`: "cannot unmarshal",
	} {
		signals, err := priority.FromAlertmanager([]byte(body), priority.AlertLabels{}, at)
		assert.ErrorContains(t, err, want, body)
		assert.Empty(t, signals)
	}
	signals, err := priority.FromAlertmanager([]byte(`{"version":"4","alerts":[{"status":"resolved","endsAt":"soon"},{"labels":{"asset":"x"}},{"status":"resolved"}]}`), priority.AlertLabels{}, at)
	require.Len(t, signals, 3, "no alert hides another")
	assert.Zero(t, signals[0].At)
	assert.Equal(t, "x", signals[1].Asset)
	lines := strings.Split(err.Error(), "\n")
	require.Len(t, lines, 2)
	assert.True(t, strings.HasPrefix(lines[0], `alerts[0].endsAt: parsing time "soon"`), lines[0])
	assert.True(t, strings.HasPrefix(lines[1], `alerts[2].endsAt: parsing time ""`), lines[1])
}

func FuzzFromAlertmanager(f *testing.F) {
	body, err := os.ReadFile("testdata/alertmanager_v4.json")
	require.NoError(f, err)
	f.Add(body)
	f.Add([]byte(`{"version":"4","truncatedAlerts":-1,"alerts":[{"labels":null,"startsAt":"0001-01-01T00:00:00Z"}]}`))
	c := newClassifier(orders(f))
	f.Fuzz(func(t *testing.T, body []byte) {
		signals, _ := priority.FromAlertmanager(body, priority.AlertLabels{}, time.Time{})
		for _, s := range signals {
			require.LessOrEqual(t, c.Classify(s).Priority, priority.P1)
			said := c.Classify(s).Explain() + s.Identity()
			require.Equal(t, -1, strings.IndexFunc(said, unprintable))
			require.True(t, utf8.ValidString(said))
		}
	})
}
