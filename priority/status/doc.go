// Package status serves how data stands over HTTP, for people who depend on data and for their
// programs: which SLAs are kept now, when data landed and is due, what is left of each error
// budget, and which incidents are open.
//
// A [Handler] is an [net/http.Handler] that reads a tracker of SLAs and a desk of incidents when it
// is asked. [New] returns one, and a line mounts it below any path that ends with a slash:
//
//	mux.Handle("/status/", status.New(tracker, desk))
//
// # Pages
//
// The list shows the SLAs, worst first: what is promised, whether the data is there, when it
// landed, when it is due and expected, and what is left of the error budget. Each SLA has a page
// with its history, the assets it depends on and the one where data is stuck, its incidents and its
// corrections. The pages need no script, load nothing from elsewhere and do not reload themselves;
// they show the instant they are valid for. Filters are part of the address, so that "my data" is a
// bookmark.
//
// # Data
//
// JSON decodes into [Page] and [SLAView]. There are badges, metrics, feeds, a calendar and a health
// check as well: [Handler] lists every path.
//
// # Levels
//
// A [Level] is about now: is the data there? The [sla.State] is about the window of an SLO, and is
// shown beside it. An SLA whose data is there but whose error budget is gone is at risk, and so is
// one that an open incident reaches. What was not measured, or was not checked again after its last
// result ran out, is unknown, and is never displayed as healthy.
//
// # Access
//
// Everyone who reaches the handler sees names, descriptions, owners and consumers of SLAs. What
// else may name machines and people is shown where [Publish] allows it, and Handler.Authorize
// decides about each SLA. Names and texts are always shown as text, whatever they hold.
//
// # Cost
//
// A response is made once, and sent again until something is recorded or is expected to change. One
// request at a time computes; others wait for it.
//
// # Compatibility
//
// The module is v0: names in Go may still change. What programs read keeps its meaning as long as
// [FormatVersion] stays the same.
package status
