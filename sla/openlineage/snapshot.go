package openlineage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

const (
	magic       = "openlineage snapshot 1 "
	maxSnapshot = 512 << 20 // bytes
)

// A stored is a state in the form in which it is kept.
type stored struct {
	Assets []string
	Edges  [][2]uint32
	Jobs   []storedJob
	Runs   []storedRun // ended ones first, each list in order of its last event
}

type storedJob struct {
	Job
	Asset    string
	TypedAt  time.Time
	HasData  bool      `json:",omitempty"`
	Failed   bool      `json:",omitempty"`
	Kept     bool      `json:",omitempty"`
	FailedAt time.Time `json:",omitzero"`
	EndedAt  time.Time `json:",omitzero"`
}

type storedRun struct {
	Job         int
	ID          string
	Parent      int       `json:",omitempty"` // its index, and one
	ParentAt    time.Time `json:",omitzero"`
	Began       bool      `json:",omitempty"`
	Over        bool      `json:",omitempty"`
	Since       time.Time `json:",omitzero"`
	FailedBelow bool      `json:",omitempty"`

	Ends     []end          `json:",omitempty"`
	Beats    []time.Time    `json:",omitempty"`
	Outputs  []storedOutput `json:",omitempty"`
	Inputs   []uint32       `json:",omitempty"`
	Asserted bool           `json:",omitempty"`

	Message   string    `json:",omitempty"`
	MessageAt time.Time `json:",omitzero"`
	Nominal   time.Time `json:",omitzero"`
	NominalAt time.Time `json:",omitzero"`
}

type storedOutput struct {
	Output
	Asset   uint32
	Links   []uint32  `json:",omitempty"`
	Changed time.Time `json:",omitzero"`
	Stats   time.Time `json:",omitzero"`
	Cut     time.Time `json:",omitzero"`
}

// Snapshot returns all that the Lineage knows, but for the counts of [Lineage.Err]. It is a
// function of what was observed, and about as large as the names and edges.
func (l *Lineage) Snapshot() []byte {
	l.mu.Lock()
	form := l.ready().stored()
	l.mu.Unlock()

	body, err := json.Marshal(form)
	if err != nil {
		panic(err) // instants have a text form: see within
	}
	return append(fmt.Appendf(nil, "%s%08x\n", magic, crc32.ChecksumIEEE(body)), body...)
}

// Restore replaces all that the Lineage knows by what a snapshot holds. It is meant for a Lineage
// that has not observed anything yet.
//
// A snapshot is refused, and the Lineage stays as it is, if it is damaged, is of another version,
// is larger than 512 MiB, or holds more than fits.
func (l *Lineage) Restore(snapshot []byte) error {
	form, err := opened(snapshot)
	if err != nil {
		return err
	}
	s := newState(l.maxAssets())
	if err := s.restore(form); err != nil {
		return err
	}

	l.mu.Lock()
	defer l.mu.Unlock()
	s.version = max(s.version, l.ready().version+1)
	l.state = s
	return nil
}

func opened(snapshot []byte) (form stored, err error) {
	if len(snapshot) > maxSnapshot {
		return form, refused("is larger than %d bytes", maxSnapshot)
	}
	head, body, ok := bytes.Cut(snapshot, []byte("\n"))
	sum, named := bytes.CutPrefix(head, []byte(magic))
	switch {
	case !ok || !named:
		return form, refused("begins with %s, not %q", plain.Quote(string(head)), magic)
	case fmt.Sprintf("%08x", crc32.ChecksumIEEE(body)) != string(sum):
		return form, refused("is truncated or corrupt")
	}
	if err := json.Unmarshal(body, &form); err != nil {
		return form, refused("%w", err)
	}
	return form, nil
}

func refused(format string, args ...any) error {
	return fmt.Errorf("openlineage: the snapshot %w", fmt.Errorf(format, args...))
}

func (s *state) stored() stored {
	form := stored{Assets: s.names[:len(s.names):len(s.names)]}
	for e := range s.sortedPairs() {
		form.Edges = append(form.Edges, [2]uint32{e.from, e.to})
	}
	jobs := map[*job]int{}
	for _, j := range s.sortedJobs() {
		jobs[j] = len(form.Jobs)
		form.Jobs = append(form.Jobs, storedJob{
			j.Job, j.asset, j.typedAt, j.hasData, j.failed, j.kept, j.failedAt, j.endedAt,
		})
	}

	runs := map[*run]int{}
	for r := range s.allRuns() {
		runs[r] = len(runs) + 1
	}
	for r := range s.allRuns() {
		form.Runs = append(form.Runs, r.stored(jobs[r.job], runs[r.parent]))
	}
	return form
}

func (r *run) stored(job, parent int) storedRun {
	form := storedRun{
		Job: job, ID: r.id, Parent: parent, ParentAt: r.parentAt,
		Began: r.began, Over: r.over, Since: r.since, FailedBelow: r.failedBelow,
		Ends: append([]end(nil), r.ends...), Beats: append([]time.Time(nil), r.beats...),
		Inputs: append([]uint32(nil), r.inputs...), Asserted: r.asserted,
		Message: r.message, MessageAt: r.messageAt, Nominal: r.nominal, NominalAt: r.nominalAt,
	}
	for _, w := range r.outputs {
		links := append([]uint32(nil), w.links...)
		form.Outputs = append(form.Outputs, storedOutput{w.Output, w.asset, links, w.changed, w.counted, w.cut})
	}
	return form
}

// restore fills an empty state, and refuses what it would not have kept itself.
func (s *state) restore(form stored) error {
	if len(form.Assets) > s.max || len(form.Edges) > s.max*edgesPerAsset {
		return refused("holds %d assets and %d edges, too many for a bound of %d assets",
			len(form.Assets), len(form.Edges), s.max)
	}
	// Assets come first: all else refers to them by place.
	for _, name := range form.Assets {
		if problem := fault.NameProblem(name); problem != "" || name == "" || s.known(name) {
			return refused("holds an asset that is empty, twice there or refused: %s", plain.Quote(name))
		}
		s.asset(name)
	}
	for _, e := range form.Edges {
		if !s.has(e[:]...) {
			return refused("holds an edge of an asset that it does not hold")
		}
		s.feed(e[0], e[1])
	}

	if most := 2*s.max + maxOpenRuns + maxEndedRuns; len(form.Jobs) > most {
		return refused("holds %d jobs, at most %d", len(form.Jobs), most)
	}
	jobs := make([]*job, len(form.Jobs))
	for i, f := range form.Jobs {
		j := s.job(f.Asset, f.Job)
		j.Job, j.typedAt, j.hasData = f.Job, f.TypedAt, f.HasData
		j.failed, j.failedAt, j.endedAt = f.Failed, f.FailedAt, f.EndedAt
		s.keep(j, f.Kept)
		jobs[i] = j
	}
	return s.restoreRuns(form.Runs, jobs)
}

// has reports whether all are indexes of assets.
func (s *state) has(ids ...uint32) bool {
	for _, id := range ids {
		if int64(id) >= int64(len(s.names)) {
			return false
		}
	}
	return true
}

func (s *state) restoreRuns(forms []storedRun, jobs []*job) error {
	if len(forms) > maxOpenRuns+maxEndedRuns {
		return refused("holds %d runs, at most %d", len(forms), maxOpenRuns+maxEndedRuns)
	}
	runs := make([]*run, len(forms))
	for i := range forms {
		f := &forms[i]
		if f.Job < 0 || f.Job >= len(jobs) || f.Parent < 0 || f.Parent > len(forms) || !s.has(f.Inputs...) {
			return refused("holds run %s of a job or an asset that it does not hold", plain.Quote(f.ID))
		}
		runs[i] = s.run(jobs[f.Job], f.ID)
		if err := s.restoreRun(runs[i], f); err != nil {
			return err
		}
	}

	// A parent may stand after its child, so that runs are joined when all are there.
	for i, f := range forms {
		if f.Parent > 0 {
			s.attach(runs[i], runs[f.Parent-1], f.ParentAt)
		}
	}
	s.trim(nil)
	return nil
}

func (s *state) restoreRun(r *run, f *storedRun) error {
	r.began, r.over, r.since, r.failedBelow = f.Began, f.Over, f.Since, f.FailedBelow
	r.inputs, r.asserted, r.beats = f.Inputs, f.Asserted, f.Beats
	r.message, r.messageAt, r.nominal, r.nominalAt = f.Message, f.MessageAt, f.Nominal, f.NominalAt
	r.ends = f.Ends
	s.grow(r, len(r.message)+4*len(r.inputs)+endBytes*len(r.ends))

	for _, o := range f.Outputs {
		if !s.has(o.Asset) || !s.has(o.Links...) {
			return refused("holds an output of an asset that it does not hold")
		}
		i, ok := s.place(r, o.Asset, o.Dataset)
		if !ok {
			return refused("holds a run of more than %d outputs", maxOutputs)
		}
		r.outputs[i] = written{
			Output: o.Output, asset: o.Asset, links: o.Links, changed: o.Changed, counted: o.Stats, cut: o.Cut,
		}
		s.grow(r, 4*len(o.Links))
	}
	s.touch(r)
	return nil
}
