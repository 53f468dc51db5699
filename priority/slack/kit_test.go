package slack_test

import (
	"errors"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/slack"
	"github.com/alwaysp1/alwaysp1/priority/slack/slacktest"
	"github.com/alwaysp1/alwaysp1/sla"
)

const token = "xoxb-1111-2222-aVerySecretToken"

var start = time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)

func minutes(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

// report is the assessment of a failing load.
func report(t testing.TB, summary string, at time.Time) *priority.AssessmentReport {
	catalog, err := sla.NewCatalog([]sla.SLA{
		{ID: "orders", Name: "Orders ready by 07:00", Assets: []string{"mart.orders"}, Consumers: []string{"finance"}},
		{ID: "revenue", Name: "Revenue dashboard", Tier: sla.Secondary, Assets: []string{"mart.revenue"}, Consumers: []string{"sales"}},
	}, sla.Feeds("raw.orders", "stg.orders", "mart.orders", "mart.revenue"))
	require.NoError(t, err)
	s := priority.FromError("raw.orders", errors.New(summary), at)
	s.Due = time.Date(2026, 3, 4, 7, 0, 0, 0, time.UTC)
	r := priority.NewClassifier(catalog).Classify(s).Report()
	return &r
}

// story is a whole incident, with a reopening.
func story(t testing.TB) []incident.Entry {
	list := []incident.Entry{
		{Kind: incident.EntryOpened, At: minutes(0), Identity: "failure raw.orders", Assessment: report(t, "extract exited 1", minutes(0))},
		{Kind: incident.EntryAcknowledged, At: minutes(2), Author: "ada", Until: minutes(242)},
		{Kind: incident.EntryNoted, At: minutes(5), Author: "ada", Text: "The host is out of disk.\nCleaning /var/tmp."},
		{Kind: incident.EntryJoined, At: minutes(6), Author: "bob"},
		{Kind: incident.EntryCleared, At: minutes(19)},
		{Kind: incident.EntryMitigated, At: minutes(20), Author: "bob", Text: "loaded by hand"},
		{Kind: incident.EntryRootCause, At: minutes(40), Author: "ada", Text: "Logs were never rotated, so the disk was full."},
		{Kind: incident.EntryResolved, At: minutes(41), Author: "ada"},
		{Kind: incident.EntryReopened, At: minutes(90), Assessment: report(t, "extract exited 2", minutes(90))},
	}
	for n := range list {
		list[n].Incident, list[n].Seq = "inc-1", n+1
	}
	return list
}

// announcement is what a desk hands over for entries from one to another, counted from 1.
func announcement(t testing.TB, record []incident.Entry, from, to int) incident.Announcement {
	state, err := incident.FromEntries(slices.Values(record[:to]))
	require.NoError(t, err)
	return incident.Announcement{Key: "inc-1@slack", Incident: state, New: record[from-1 : to], Attempt: 1}
}

// serve puts a workspace behind https.
func serve(t testing.TB, w *slacktest.Workspace, c *slack.Channel) *slack.Channel {
	server := httptest.NewTLSServer(w)
	t.Cleanup(server.Close)
	c.BaseURL, c.Client, c.Timeout = server.URL+"/api/", server.Client(), 5*time.Second
	return c
}

// workspace is one with a channel, an announcer for it, and the clock of both.
func workspace(t testing.TB) (*slacktest.Workspace, *slack.Channel) {
	w := slacktest.New(token, "#engineering")
	w.Now = func() time.Time { return start }
	c := serve(t, w, slack.New(token, "#engineering"))
	c.Mentions = []string{"here", "S0PLATFORM"}
	c.IncidentURL = incident.URLUnder("https://status.example.com/incidents/")
	return w, c
}
