// Package alwaysp1 is the map of a library for promises about data: SLAs and their SLOs, freshness,
// error budgets and burn rates, and incidents whose priority follows from the promise that is in
// danger. It has no API of its own; what you import is in the packages below.
//
// Most programs begin with four values, in this order:
//
//   - [github.com/alwaysp1/alwaysp1/sla.SLA]: a promise, written down
//   - [github.com/alwaysp1/alwaysp1/freshness.Policy]: the rule that judges what has landed
//   - [github.com/alwaysp1/alwaysp1/sla.Catalog]: which asset feeds which promise
//   - [github.com/alwaysp1/alwaysp1/priority.Classifier]: how urgent a signal is, and why
//
// A service goes on with three: a [github.com/alwaysp1/alwaysp1/sla/tracker.Tracker] counts what
// was kept (the SLI) and what is left of the error budget, a
// [github.com/alwaysp1/alwaysp1/priority/incident.Desk] opens incidents, announces them and keeps
// their times to acknowledge and to resolve, and a
// [github.com/alwaysp1/alwaysp1/priority/status.Handler] is the status page. The examples at the
// end of this page, in example_test.go, are whole programs to copy.
//
// # What is it for?
//
// A data team loads data every night, and other teams ask whether it is there yet.
// When a load, a table or a machine is unhealthy, the engineer on call guesses how much it matters,
// and work on system health loses to louder requests until a promise is broken.
// Three things cure that, and each is a value in code that you can test:
//
//   - A promise is an object: "orders are ready by 07:00 in Dublin, on 99 % of days".
//   - Whether data is fresh is computed: what landed, when it was due, how much slack is left, and
//     when to look again.
//   - A health signal that reaches a promise is P1, whoever sent it and however internal it looks.
//
// # How does one fact travel?
//
// From left to right, and never back:
//
//	landing → policy → result → signal → classifier → assessment → incident → announcement
//	                     ↓                   ↑
//	                  tracker        catalog of SLAs and feeds
//	                     ↓
//	       report, burn alert, status page
//
// A landing is the instant at which an asset's newest data arrived. A policy judges landings at an
// instant and returns a result: a status, its reason, and the next instant at which the result can
// change, so that there is no need to poll. A tracker counts results against what was promised, and
// reports how much of the error budget is left and how fast it burns. A result, a burn alert, or
// any other news that an asset's health changed becomes a signal. The classifier asks the catalog
// which promises the asset reaches, and assesses the signal from P1 to P5, with the shortest path
// to each promise. A P1 opens an incident, which everybody hears of and which only its root cause
// closes. You connect the stations yourself, in a few lines of plain calls, as the example Service
// does: there is no bus, no framework and no registry.
//
// # Which package do I want?
//
// Each imports only packages further up in this table, so that you can take one without the rest:
//
//	freshness/schedule            instants: cron, daily times, working time; exact when clocks change
//	freshness                     when must data land, and did it: policies, landings, results
//	freshness/monitor             runs many checks, and reports what changed
//	freshness/history             what was usual, what will be, and what a rule would have said
//	freshness/source              where landings come from: SQL, files, HTTP, a function of yours
//	sla                           promises: SLA, objective, target, window; the catalog of what feeds what
//	sla/tracker                   counts what was kept: reports, error budgets, burn alerts, corrections
//	sla/keep                      keeps what a tracker recorded, and shares it among replicas
//	sla/keep/storetest            checks a store of your own making
//	sla/sqlstore                  tracked state in your own PostgreSQL, SQLite, MySQL or MariaDB
//	sla/slatest                   for your own unit tests: weeks in milliseconds, and assertions
//	sla/dbt                       what a dbt project already states, as landings, policies and edges
//	sla/openlineage               what OpenLineage events state, as landings, failures and edges
//	sla/contract                  what a data contract (ODCS 3) promises, as an SLA
//	sla/openslo                   what OpenSLO and Sloth files promise, as SLAs, and SLAs as OpenSLO
//	priority                      signals, and how urgent they are: P1 to P5, with reasons
//	priority/incident             what is open: owned, paired, and closed only with its root cause written down
//	priority/incident/sqljournal  keeps that record in your own database, shared by replicas
//	priority/incident/storetest   checks a store of your own making
//	priority/slack                announces incidents in Slack, one message each
//	priority/slack/slacktest      a Slack workspace in memory, for your own unit tests
//	priority/pagerduty            announces incidents to PagerDuty
//	priority/webhook              announces incidents to any endpoint, as signed CloudEvents
//	priority/status               the status page: "is today's data there?", for people and for programs
//
// # When is data fresh?
//
// A promise includes its limit: data due at 07:00 that lands at 07:00 is on time, and late means
// strictly after. Data that never landed, a probe that failed and a landing in the future are three
// different results, and none of them is ever displayed as healthy: see
// [github.com/alwaysp1/alwaysp1/freshness.Status] and
// [github.com/alwaysp1/alwaysp1/freshness.Reason]. Days are the days of a location: they have 23,
// 24 or 25 hours. Durations saturate and never wrap: real data holds timestamps of the year 1.
//
// # What is always P1?
//
// A firing signal that can reach a primary SLA. No option, label, table or order of arrival lowers
// it, and more evidence never lowers any priority. An asset that the catalog does not know could
// feed anything, and is assessed as if it did. Everything else is weighed by impact and urgency, in
// a matrix that you can replace.
//
// # What does it do behind my back?
//
// Nothing. It starts no goroutine, opens no file, logs nothing and registers nothing unless you
// ask. Evaluation takes the instant as an argument, reads no clock and does no I/O. The same inputs
// give the same outputs, to the byte. Judging and classifying allocate nothing. What ships imports
// the standard library, and where something must wait, github.com/benbjohnson/clock.
//
// # How do I test my code with it?
//
// Pass the instant. What only asks for the time in your code can take the one method Now, which
// [github.com/benbjohnson/clock.Mock] has: move it with Set and Add, as the example MockClock does.
// Code that waits can also run within [testing/synctest], where time passes by itself.
//
// # Compatibility
//
// The module is at version 0: names can still change, and each change stands in the diff of a
// golden file and in the changelog. From version 1 on, these are promised beside the names and
// types: text and JSON that one version writes, later versions read; instants, priorities and their
// order stay as documented, to the nanosecond. Texts for people, such as error messages and the
// words of an assessment, may improve at any time: read the data beside them instead. The module
// supports the two newest releases of Go, and go.mod names the oldest that works.
package alwaysp1
