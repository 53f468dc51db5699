// Package status answers "how is my data?" over HTTP: for people who depend on data, and for their programs.
//
// A [Handler] is an [net/http.Handler] that reads a tracker of promises and a desk of incidents whenever it is asked. [New] makes one,
// and a line mounts it, below any path that ends with a slash:
//
//	mux.Handle("/status/", status.New(tracker, desk))
//
// # What is there to see?
//
// The page lists the promises, the worst first: what is promised, whether the data is there, when it landed, when it is due
// and by when it is to be expected, and what is left of the budget. Each has a page of its own, with its history, what it
// rests on and where that is stuck, its incidents and its corrections. The pages need no script, load nothing from elsewhere,
// and do not reload themselves: they say as of when they speak. Filters are part of the address, so that "my data" can be kept as a bookmark.
//
// # What can programs read?
//
// JSON that decodes into [Page] and [SLA]. [Handler] lists all of it by name.
//
// # How is a promise judged?
//
// By a [Level], about now: is the data there? What has become of the promise over its window is another question, and
// stands beside it. A promise whose data is there and whose budget is gone is at risk; so is one that an open incident reaches.
// What was not measured, or not looked at again when its last result ran out, is unknown; and that is never shown as well.
//
// # Who may see what?
//
// Everybody who reaches the handler sees the promises: names, descriptions, owners and consumers. What else may name
// machines and people is shown where [Publish] says so. Handler.Authorize decides about each SLA by itself.
// Whatever names and texts hold, they are shown as text.
//
// # What does it cost?
//
// An answer is made once, and sent again until something is recorded or expected to change. One request at a time computes;
// others wait for it.
//
// # Compatibility
//
// The module is v0: names in Go may still change. What programs read keeps its meaning for as long as [Format] stays the same.
package status
