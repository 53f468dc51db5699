package alwaysp1_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/monitor"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/freshness/source"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/dbt"
	"github.com/alwaysp1/alwaysp1/sla/openlineage"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A promise, what feeds it, and a failure far upstream: all that it takes to know that the failure is urgent.
func Example() {
	dublin, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		panic(err)
	}
	orders := sla.SLA{
		ID: "orders-by-7", Name: "Orders ready by 07:00",
		Owners: []string{"data-infra", "analytics"}, Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders",
			Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, dublin), Warn: time.Hour},
		}},
	}
	catalog, err := sla.NewCatalog([]sla.SLA{orders}, sla.Feeds("raw.orders", "stg.orders", "mart.orders"))
	if err != nil {
		panic(err)
	}
	verdict := priority.NewClassifier(catalog).Classify(priority.Signal{
		Asset: "raw.orders", Kind: priority.KindFailure, Summary: "extract exited 1",
		At: time.Date(2026, 3, 4, 6, 18, 0, 0, dublin),
	})
	fmt.Println(verdict.Priority, verdict)
	// Output:
	// P1 raw.orders: extract exited 1 → stg.orders → mart.orders → "Orders ready by 07:00" (finance), due in 42m
}

// Define a promise, and check it against what has landed.
// The deadline itself still belongs to the promise, and each result says when it is worth looking again.
func Example_check() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	stock := sla.SLA{
		ID: "stock-by-6", Name: "Stock counted by 06:00",
		Owners: []string{"warehouse", "data-infra"}, Consumers: []string{"shops"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.stock",
			Target: sla.MustTarget("99.5%"), Window: sla.Rolling(28 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.Daily(6, 0, berlin), Warn: time.Hour},
		}},
	}
	if err := stock.Validate(); err != nil {
		panic(err)
	}

	// Clocks in Berlin went forward in the night to 29 March 2026: that day had 23 hours.
	saturday := freshness.LandedAt(time.Date(2026, 3, 28, 5, 40, 0, 0, berlin))
	both := freshness.LandedAt(saturday[0].At, time.Date(2026, 3, 29, 6, 25, 0, 0, berlin))
	for _, step := range []struct {
		clock  string
		landed freshness.Landings
	}{
		{"04:30", saturday}, {"05:30", saturday}, {"06:00", saturday}, {"06:01", saturday}, {"06:30", both},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", "2026-03-29 "+step.clock, berlin)
		if err != nil {
			panic(err)
		}
		for _, objective := range stock.Objectives {
			result := objective.Freshness.Check(step.landed, now)
			fmt.Printf("%s %s (%s), look again %s\n",
				step.clock, result.Status, result.Reason, result.NextCheck.Format("Mon 15:04:05.999999999"))
		}
	}
	// Output:
	// 04:30 fresh (not-due), look again Sun 05:00:00.000000001
	// 05:30 at-risk (past-warning), look again Sun 06:00:00.000000001
	// 06:00 at-risk (past-warning), look again Sun 06:00:00.000000001
	// 06:01 stale (past-limit), look again Mon 06:00:00.000000001
	// 06:30 fresh (late), look again Sun 18:00:00.000000001
}

// Signals come from anywhere. The classifier weighs what they reach, and not how loud they are.
func Example_classify() {
	catalog, err := sla.NewCatalog(
		[]sla.SLA{
			{
				ID: "billing", Name: "Invoices are right",
				Consumers: []string{"finance"}, Assets: []string{"mart.invoices"},
			},
			{
				ID: "lab", Name: "Sandbox is up", Tier: sla.Tertiary,
				Consumers: []string{"research"}, Assets: []string{"lab.scratch"},
			},
		},
		sla.Feeds("host-7", "raw.payments", "mart.invoices"),
		sla.Feeds("lab.loader", "lab.scratch"),
	)
	if err != nil {
		panic(err)
	}
	classifier := priority.NewClassifier(catalog)
	for _, signal := range []priority.Signal{
		{Asset: "host-7", Severity: priority.SeverityWarning, Summary: "has a disk 91 % full"},
		{Asset: "lab.loader", Kind: priority.KindFailure, Severity: priority.SeverityError, Summary: "exited 1"},
		{Asset: "host-8", Severity: priority.SeverityInfo, Summary: "has restarted"},
		{Asset: "host-7", Summary: "is well again", Resolved: true},
	} {
		verdict := classifier.Classify(signal)
		fmt.Println(verdict.Priority, verdict)
	}
	// Output:
	// P1 host-7 has a disk 91 % full → raw.payments → mart.invoices → "Invoices are right" (finance)
	// P3 lab.loader: exited 1 → lab.scratch → "Sandbox is up" (tertiary; research)
	// P1 host-8 has restarted → unknown to the catalog
	// P5 host-7 is well again, resolved for "Invoices are right" (finance)
}

// A gate is what a service of yours might hold: it keeps a nightly export back until its input is there.
type gate struct {
	clock interface{ Now() time.Time } // clock.New() in the service
	rule  freshness.Policy
}

func (g gate) judge(landed freshness.Landings) freshness.Result {
	return g.rule.Check(landed, g.clock.Now())
}

// A unit test drives code that asks for the time with a mock clock.
// Nothing here waits: the morning passes as fast as the mock is moved.
func Example_mockClock() {
	mock := clock.NewMock()
	export := gate{
		clock: mock,
		rule:  freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour},
	}
	landed := freshness.LandedAt(time.Date(2026, 3, 3, 6, 0, 0, 0, time.UTC)) // yesterday's

	mock.Set(time.Date(2026, 3, 4, 6, 0, 0, 0, time.UTC))
	for range 3 {
		result := export.judge(landed)
		fmt.Println(mock.Now().Format("15:04"), result.Status, result.Reason, "slack", result.Slack)
		mock.Add(time.Hour)
	}

	landed = landed.Add(freshness.Landing{At: mock.Now()})
	result := export.judge(landed)
	fmt.Println(mock.Now().Format("15:04"), result.Status, result.Reason, "by", result.Late)
	// Output:
	// 06:00 fresh not-due slack 1h0m0s
	// 07:00 at-risk past-warning slack 0s
	// 08:00 stale past-limit slack -1h0m0s
	// 09:00 fresh late by 2h0m0s
}

// Whether promises are kept, in process: what is left of the error budget, how fast it burns, and
// what that makes of the next signal.
func Example_tracker() {
	night := time.Date(2026, 1, 1, 6, 0, 0, 0, time.UTC)
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-by-7", Name: "Orders ready by 07:00", Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("95%"), Window: sla.Rolling(30 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, nil)},
		}},
	}})
	if err != nil {
		panic(err)
	}
	t := tracker.New(catalog)
	var landed freshness.Landings
	for day := range 30 {
		at := night.AddDate(0, 0, day)
		if day != 29 { // last night nothing came
			landed = landed.Add(freshness.Landing{At: at})
		}
		for _, check := range catalog.Checks(func(string) freshness.Source { return nil }) {
			result := check.Policy.Check(landed, at.Add(2*time.Hour)) // in a service, a monitor.Monitor does this
			result.Asset, result.Check = check.Asset, check.Name
			t.Observe(result)
		}
	}
	now := night.AddDate(0, 0, 29).Add(2 * time.Hour)
	report, _ := t.Report("orders-by-7", now)
	fmt.Println(report)
	for _, alert := range t.Alerts(now) {
		verdict := priority.NewClassifier(catalog).Classify(priority.FromAlert(alert))
		fmt.Println(verdict.Priority, verdict)
	}
	// Output:
	// orders-by-7: at-risk: ready: 96.66% of 30 good, target 95%, 0 more may be bad, 33.33% of the budget left
	// P1 mart.orders is using up the error budget of orders-by-7/ready too fast: ticket-fast fires: burns 20 times the budget over 1d and 20 times the budget over 2h, above 3 → "Orders ready by 07:00" (finance), due in 23h
	// P1 mart.orders is using up the error budget of orders-by-7/ready too fast: ticket-slow fires: burns 6.67 times the budget over 3d and 20 times the budget over 6h, above 1 → "Orders ready by 07:00" (finance), due in 23h
}

// All of it in a service, each line optional: a monitor looks at what has landed, a tracker counts,
// a desk opens incidents, and other teams look at a page instead of asking.
func Example_service() {
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-by-7", Name: "Orders ready by 07:00", Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("95%"), Window: sla.Rolling(30 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, nil)},
		}},
	}})
	if err != nil {
		panic(err)
	}
	now := clock.NewMock() // in a service, leave the clocks as they are: the real time
	now.Set(time.Date(2026, 3, 4, 7, 5, 0, 0, time.UTC))
	announced := make(chan string, 1)
	// In a service, the channel is slack.New(token, "#engineering").
	channel := incident.AnnouncerFunc(func(_ context.Context, a incident.Announcement) (string, error) {
		announced <- fmt.Sprint(a.Incident.Assessment.Priority, " ", a.Incident.Assessment.Text)
		return "", nil
	})
	landings := func(asset string) freshness.Source { // or one of package source: SQL, files, HTTP
		return source.Func(func(context.Context) (freshness.Landings, error) {
			return freshness.LandedAt(now.Now().AddDate(0, 0, -1).Add(-time.Hour)), nil
		})
	}

	t := tracker.New(catalog)
	desk := incident.NewDesk(priority.NewClassifier(catalog), channel)
	m := monitor.New(catalog.Checks(landings), t.Observe, desk.Observe)
	page := status.New(t, desk)
	m.Clock, desk.Clock, page.Clock = now, now, now
	mux := http.NewServeMux()
	mux.Handle("/status/", page)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() { _ = m.Run(ctx) }()
	go func() { _ = desk.Run(ctx) }()

	fmt.Println(<-announced)
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/status/badge.json?id=orders-by-7", nil))
	fmt.Println(answer.Body)
	// Output:
	// P1 mart.orders has not landed for 1d 1h → "Orders ready by 07:00" (finance), due 5m ago
	// {"schemaVersion":1,"label":"Orders ready by 07:00","message":"overdue 5m","color":"red","isError":true}
}

// A load fails at 06:18, far upstream of a promise. It is P1, everybody sees it, two engineers pair on it,
// deploys wait, and it is not over before its root cause is written down.
func Example_incident() {
	ctx, at := context.Background(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	catalog, err := sla.NewCatalog(
		[]sla.SLA{{
			ID: "orders-by-7", Name: "Orders ready by 07:00",
			Consumers: []string{"finance"}, Assets: []string{"mart.orders"},
		}},
		sla.Feeds("raw.orders", "stg.orders", "mart.orders"),
	)
	if err != nil {
		panic(err)
	}
	announced := make(chan string)
	// In a service, the channel is slack.New(token, "#engineering").
	channel := incident.AnnouncerFunc(func(_ context.Context, a incident.Announcement) (string, error) {
		for _, entry := range a.New {
			announced <- fmt.Sprintf("%s %v %s%s", entry.At.Format("15:04"), entry.Kind, entry.Author, entry.Text)
		}
		return "", nil
	})
	desk := incident.NewDesk(priority.NewClassifier(catalog), channel)
	mock := clock.NewMock() // in a service, leave Clock as it is: the real time
	mock.Set(at)
	desk.Clock = mock
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { _ = desk.Run(ctx) }()

	opened, _, err := desk.Signal(ctx, priority.Signal{
		Asset: "raw.orders", Kind: priority.KindFailure, Summary: "extract exited 1", At: at,
	})
	fmt.Println(<-announced, opened.Assessment.Priority, err)
	fmt.Println(desk.Focus(at).Stop, desk.Focus(at).Needs)
	for minute, act := range []func(now time.Time) error{
		func(now time.Time) error { return desk.Acknowledge(ctx, opened.ID, "ada", now) },
		func(now time.Time) error { return desk.Join(ctx, opened.ID, "grace", now) },
		func(now time.Time) error { return desk.Resolve(ctx, opened.ID, "ada", now) },
		func(now time.Time) error {
			return desk.RecordRootCause(ctx, opened.ID, "grace", ": the source's certificate had expired", now)
		},
		func(now time.Time) error { return desk.Resolve(ctx, opened.ID, "ada", now) },
	} {
		if err := act(at.Add(time.Duration(minute+1) * time.Minute)); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(<-announced)
	}
	fmt.Println(desk.Focus(at.Add(time.Hour)).Stop)
	// Output:
	// 06:18 opened  P1 <nil>
	// true [an owner a second engineer mitigation its root cause in writing]
	// 06:19 acknowledged ada
	// 06:20 joined grace
	// incident: no root cause is recorded: "inc-1" cannot be resolved
	// 06:22 root-cause grace: the source's certificate had expired
	// 06:23 resolved ada
	// false
}

// lineageEvents are those of a dbt model that is built, and fails the next day. Its FAIL names no
// dataset.
const lineageEvents = `[
{"eventType": "COMPLETE", "eventTime": "2026-03-03T06:18:00Z", "run": {"runId": "tuesday"},
 "job": {"namespace": "dbt", "name": "model.shop.orders"},
 "inputs": [{"namespace": "postgres://db:5432", "name": "db.raw.orders"}],
 "outputs": [{"namespace": "postgres://db:5432", "name": "db.mart.orders"}]},
{"eventType": "FAIL", "eventTime": "2026-03-04T06:02:00Z",
 "run": {"runId": "wednesday", "facets": {"errorMessage": {"message": "connection refused"}}},
 "job": {"namespace": "dbt", "name": "model.shop.orders"}}]`

const lineageManifest = `{
"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
"nodes": {"model.shop.orders": {"unique_id": "model.shop.orders", "resource_type": "model",
	"name": "orders", "package_name": "shop", "relation_name": "\"db\".\"mart\".\"orders\""}},
"sources": {"source.shop.raw.orders": {"unique_id": "source.shop.raw.orders", "resource_type": "source",
	"name": "orders", "source_name": "raw", "relation_name": "\"db\".\"raw\".\"orders\""}}}`

// A service is told what feeds what. It builds its catalog anew when the version of the lineage
// changes, and gives it to the tracker and the classifier. The assets are those of the dbt project:
// events name tables, and the manifest has the table of each node.
func Example_openLineage() {
	manifest, err := dbt.ReadManifest(strings.NewReader(lineageManifest))
	if err != nil {
		panic(err)
	}
	assets := map[string]string{}
	for _, n := range manifest.Nodes {
		assets[strings.ReplaceAll(n.Relation, `"`, "")] = n.ID
	}
	for _, s := range manifest.Sources {
		assets[strings.ReplaceAll(s.Relation, `"`, "")] = s.ID
	}
	lineage := openlineage.Lineage{Name: func(d openlineage.Dataset) string {
		if id, ok := assets[d.Name]; ok {
			return id
		}
		return d.Namespace + "/" + d.Name
	}}

	promises := []sla.SLA{{
		ID: "orders-ready", Name: "Orders ready", Owners: []string{"data-infra"}, Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "model.shop.orders",
			Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day),
		}},
	}}
	catalog, err := sla.NewCatalog(promises)
	if err != nil {
		panic(err)
	}
	counts := tracker.New(catalog)
	classifier := priority.NewClassifier(catalog)
	built := lineage.Version()

	events, err := openlineage.Decode([]byte(lineageEvents))
	if err != nil {
		panic(err)
	}
	for _, e := range events {
		news, err := lineage.Observe(e, time.Date(2026, 3, 4, 6, 3, 0, 0, time.UTC))
		if err != nil {
			panic(err)
		}
		if now := lineage.Version(); now != built {
			if catalog, err = sla.NewCatalog(promises, lineage.Edges()); err != nil {
				panic(err)
			}
			counts.SetCatalog(catalog)
			classifier, built = priority.NewClassifier(catalog), now
		}
		for _, l := range news.Landings {
			fmt.Println(l.Asset, "landed at", l.At.Format(time.DateTime))
		}
		for _, f := range news.Failures {
			verdict := classifier.Classify(priority.Signal{
				Asset: f.Asset, Kind: priority.KindFailure, Source: "openlineage",
				Summary: f.Summary, At: f.At, Resolved: f.Resolved, Dimensions: f.Dimensions,
			})
			fmt.Println(verdict.Priority, verdict)
		}
	}
	// Output:
	// model.shop.orders landed at 2026-03-03 06:18:00
	// P5 job:dbt/model.shop.orders is well again, resolved for "Orders ready" (finance)
	// P1 job:dbt/model.shop.orders: connection refused → model.shop.orders → "Orders ready" (finance)
}
