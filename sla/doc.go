// Package sla holds promises about data, and knows which of them trouble with an asset reaches.
//
// An [SLA] is a promise to named consumers, with objectives that can be measured: each has a [Target], the share that must
// be good, and a [Window], the span over which it must be. A [Catalog] joins SLAs with the assets that feed each other.
// For most uses, write SLAs as values or read them with [DecodeSLA], and hand them to [NewCatalog].
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
// Or as JSON, for [DecodeSLA] and [SLA.MarshalJSON]: what one writes, the other reads back as the same.
// A promise is [Primary] unless it says otherwise.
//
// # What is wrong with my promise?
//
// [SLA.Validate], [DecodeSLA] and [NewCatalog] say everything at once: they join their faults, each a [FieldError] with
// the path of the field ("objectives[1].target: 1.2 is not between 0 and 1"), and with its line when it was read from text.
//
// # What does trouble with this asset reach?
//
// [Catalog.Reach] answers the SLA that matters most, in one look-up that allocates nothing, however many SLAs and assets
// there are. [Catalog.Impacts] walks to all of them. Both prove it with the shortest path, and among paths of one
// length with the first by the IDs of its assets: the answer depends neither on the order of the input nor on chance.
//
// # What if the catalog does not know an asset?
//
// Then nobody knows what it reaches, which is not the same as nothing: [Catalog.Reach] answers false,
// while a known asset that reaches no SLA has a nil [Reach.SLA].
//
// # May lineage have cycles?
//
// Yes: answers are as exact with them as without. [Catalog.Cycles] reports them.
//
// # How exact are targets?
//
// A [Target] is a whole number of billionths, read from decimal text. Verdicts compare integers; no float is involved.
//
// # Was the promise kept, and what is left of its budget?
//
// A [Budget] holds [Counts] of good and bad outcomes against a target, and answers a [State]. A promise includes its limit:
// with exactly as many bad outcomes as the target allows it is kept, and its budget is exhausted; one more breaches it.
// No data is a state of its own: then there is no compliance, and nothing was consumed.
//
// # Does a budget burn too fast?
//
// A [BurnRule] compares the burn rate over a long and a short window with a [Factor]; [DefaultBurnRules] are those of the
// Google SRE workbook for the period of your objective. [BurnRule.Validate] refuses a rule that could never fire.
// A [Burn] holds a rule against counts, and says in words why it fires or does not.
//
// # How do I change a catalog while my program runs?
//
// Build another, and replace the one that you share: catalogs never change.
//
// # What must be checked for these promises?
//
// [Catalog.Checks] makes a [freshness.Check] of each objective, for [freshness.Check.Run] or a monitor.
// Each is named after its SLA and objective, and [Catalog.Objective] finds both by that name.
//
// # Compatibility
//
// Until version 1, names may still change, and the change log says how. These stay: the text forms of [Tier], [Target], [Window],
// [State] and [Factor], the JSON form of an [SLA], and the order in which ties are broken.
package sla
