// Package sla holds promises about data: service level objectives (SLOs), the error budgets that
// they leave, the burn rates at which these are used, and the lineage that leads from an asset to
// the promises that rest on it.
//
// An [SLA] is a promise to named consumers. Each [Objective] of it is an SLO: a [Target], the share
// that must be good, over a [Window]. The service level indicator (SLI) is the share that was good;
// [Counts] holds it, and a [Budget] compares it with the target. A [Catalog] joins SLAs with the
// assets that feed each other. Package tracker counts what becomes of the objectives.
//
// For most uses, write SLAs as values or read them with [DecodeSLAs], and pass them to [NewCatalog]
// and that to tracker.New.
//
// # How do I write a promise down?
//
// As a Go value, in code that is reviewed and tested:
//
//	sla.SLA{
//		ID: "orders-by-7", Name: "Orders ready by 07:00",
//		Owners: []string{"data-infra", "analytics"}, Consumers: []string{"finance"},
//		Objectives: []sla.Objective{{
//			Name: "ready", Asset: "mart.orders",
//			Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day),
//			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, dublin), Warn: time.Hour},
//		}},
//	}
//
// Or as JSON, one or a list, for [DecodeSLAs]; [SLA.MarshalJSON] writes what it reads.
//
// # How do I write what I have elsewhere?
//
// Package openslo reads the files of OpenSLO and Sloth, and its page lists the words of other tools
// and what to write for them. Package contract reads data contracts, and package dbt a dbt project.
//
// # What is wrong with my promise?
//
// [SLA.Validate], [DecodeSLAs] and [NewCatalog] join all faults, each a [FieldError] with the path
// of the field ("objectives[1].target: 1.2 is not between 0 and 1"), and with its line if it was
// read from text. [SLA.Lint] finds what is sound and will disappoint, and [Catalog.Lint] misspelled
// assets too.
//
// # What does an unhealthy asset reach?
//
// [Catalog.Reach] returns the SLA that matters most in one look-up that allocates nothing.
// [Catalog.Impacts] walks to all of them. Both return the shortest path, and among paths of one
// length the first by the IDs of its assets: the result depends neither on the order of the input
// nor on chance. Lineage may have cycles: [Catalog.Cycles] reports them.
//
// An asset that the catalog does not know is not one that reaches nothing: [Catalog.Reach] returns
// false for it, while a known asset that reaches no SLA has a nil [Reach.SLA].
//
// # How exact are the numbers?
//
// A [Target] is a whole number of billionths, read from decimal text. Verdicts compare integers; no
// float is involved. A promise includes its limit: with exactly as many bad outcomes as the target
// allows, it is kept and its budget is exhausted; one more breaches it. No data is a [State] of its
// own, with no compliance and nothing consumed.
//
// # Does a budget burn too fast?
//
// A [BurnRule] compares the burn rate over a long and a short window with a [BurnRate].
// [DefaultBurnRules] are those of the Google SRE workbook for the period of the objective. A [Burn]
// holds what a rule was compared with, and the reason why it fires or does not.
//
// # How do I track it?
//
// Package tracker counts the results of the checks that [Catalog.Checks] makes, and events. A
// [Correction] excuses an outage afterwards, or announces maintenance.
//
// # How do I change a catalog while my program runs?
//
// Build another, and replace the one that is shared: catalogs never change. Tracker.SetCatalog
// keeps the counts of objectives that measure the same.
//
// # Compatibility
//
// From version 1 on these stay: the text forms of [Tier], [Target], [Window], [State] and
// [BurnRate], the JSON forms of an [SLA] and an [Alert], and the order in which ties are broken.
package sla
