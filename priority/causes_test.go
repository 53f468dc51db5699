package priority_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

func classifyAll(c *priority.Classifier, signals ...priority.Signal) []priority.Assessment {
	list := make([]priority.Assessment, len(signals))
	for i, s := range signals {
		list[i] = c.Classify(s)
	}
	return list
}

func TestASymptomAttachesToEveryCauseUpstream(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("p", sla.Primary, "mart")}, sla.Feeds("raw", "stg", "mart"), sla.Feeds("crm", "mart"), sla.Feeds("out")))
	list := classifyAll(c,
		priority.Signal{Asset: "mart", Kind: priority.KindStale}, priority.Signal{Asset: "raw", Kind: priority.KindStale},
		priority.Signal{Asset: "crm", Kind: priority.KindFailure}, priority.Signal{Asset: "stg", Kind: priority.KindFailure},
		priority.Signal{Asset: "out", Kind: priority.KindFailure}, priority.Signal{Asset: "raw", Kind: priority.KindFailure},
		priority.Signal{Asset: "who", Kind: priority.KindFailure}, priority.Signal{Asset: "raw", Kind: priority.KindFailure, Resolved: true})
	assert.Equal(t, [][]int{{2, 5}, {5}, nil, {5}, nil, nil, nil, nil}, c.Causes(list))

	list[5] = c.Classify(priority.Signal{Asset: "raw", Kind: priority.KindFailure, Resolved: true})
	assert.Equal(t, [][]int{{2, 1}, nil, nil, {1}, nil, nil, nil, nil}, c.Causes(list), "the other signal of raw stands")
	list[1] = list[5]
	assert.Equal(t, [][]int{{2, 3}, nil, nil, nil, nil, nil, nil, nil}, c.Causes(list), "what raw explained stands by itself at once")
	assert.Empty(t, c.Causes(nil))
	assert.Equal(t, [][]int{nil, {0}}, new(priority.Classifier).Causes(classifyAll(new(priority.Classifier), priority.Signal{Asset: "a"}, priority.Signal{Asset: "a"})))
}

func TestWhatSaysWhyComesBeforeWhatIsMissing(t *testing.T) {
	c := newClassifier(catalog(t, nil, sla.Feeds("a", "b", "a")))
	list := classifyAll(c, priority.Signal{Asset: "a", Kind: priority.KindBurn}, priority.Signal{Asset: "b", Kind: priority.KindNotMeasured}, priority.Signal{Asset: "b", Kind: priority.KindAlert})
	assert.Equal(t, [][]int{{2}, {2}, nil}, c.Causes(list))
	assert.Equal(t, [][]int{{1}, nil}, c.Causes(list[:2]))
}

func TestWhatIsLessUrgentExplainsNothing(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("p", sla.Primary, "mart")}, sla.Feeds("raw", "stg", "mart")), withHold(0, proof(at.AddDate(0, 0, 1))))
	list := classifyAll(c,
		priority.Signal{Asset: "raw", Kind: priority.KindFailure, At: at, Severity: priority.SeverityInfo},
		priority.Signal{Asset: "mart", Kind: priority.KindStale, At: at},
		priority.Signal{Asset: "stg", Kind: priority.KindFailure, At: at, Severity: priority.SeverityInfo})
	require.Less(t, list[0].Priority, priority.P1)
	require.Equal(t, priority.P1, list[1].Priority)
	assert.Equal(t, [][]int{nil, nil, {0}}, c.Causes(list))
}

func TestAtMostEightCausesAreListed(t *testing.T) {
	var (
		feeds   []sla.Edges
		signals []priority.Signal
	)
	for i := range 20 {
		feeds = append(feeds, sla.Feeds(fmt.Sprintf("r%02d", i), "mart"))
		signals = append(signals, priority.Signal{Asset: fmt.Sprintf("r%02d", 19-i)})
	}
	c := newClassifier(catalog(t, nil, feeds...))
	causes := c.Causes(classifyAll(c, append(signals, priority.Signal{Asset: "mart"})...))
	assert.Equal(t, []int{19, 18, 17, 16, 15, 14, 13, 12}, causes[20])
}

// Whatever fires in whatever order: each signal stands, or attaches to one that stands, is upstream
// of it or in its circle, and is as urgent.
func TestCausesDoNotDependOnTheOrderOfArrival(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	attached := 0
	for range 1500 {
		w := randomWorld(random)
		cat := w.catalog(t)
		c := newClassifier(cat, withMatrix(randomTable(random)))
		list := make([]priority.Assessment, random.IntN(12))
		for i := range list {
			list[i] = c.Classify(randomSignal(random))
			list[i].Signal.Source = fmt.Sprint(i) // so that identities differ
		}
		causes := c.Causes(list)
		for i, by := range causes {
			if !list[i].Firing() {
				require.Nil(t, by)
			}
			for _, j := range by {
				attached++
				cause, symptom := list[j], list[i]
				require.True(t, cause.Firing())
				require.GreaterOrEqual(t, cause.Priority, symptom.Priority)
				require.True(t, cause.Signal.Asset == symptom.Signal.Asset || cat.Feeds(cause.Signal.Asset, symptom.Signal.Asset))
				require.Nil(t, causes[j], "a cause that has a cause")
			}
		}
		shuffled := random.Perm(len(list))
		moved := make([]priority.Assessment, len(list))
		for to, from := range shuffled {
			moved[to] = list[from]
		}
		for to, by := range c.Causes(moved) {
			var back []int
			for _, j := range by {
				back = append(back, shuffled[j])
			}
			require.Equal(t, causes[shuffled[to]], back)
		}
		again := slices.Clone(list)
		for i := range again {
			if causes[i] == nil {
				again[i].Signal.Resolved = true
			}
		}
		for _, by := range c.Causes(again) {
			for _, j := range by {
				require.NotNil(t, causes[j], "still attached to what has been resolved")
			}
		}
	}
	assert.Greater(t, attached, 1000)
}

func ExampleClassifier_Causes() {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "orders", Assets: []string{"mart.orders"}}}, sla.Feeds("raw.orders", "stg.orders", "mart.orders"))
	if err != nil {
		fmt.Println(err)
		return
	}
	classifier := priority.NewClassifier(catalog)
	firing := []priority.Assessment{
		classifier.Classify(priority.Signal{Asset: "mart.orders", Kind: priority.KindStale}),
		classifier.Classify(priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, Summary: "extract exited 1"}),
	}
	for i, causes := range classifier.Causes(firing) {
		for _, cause := range causes {
			fmt.Println(firing[i].Signal.Asset, "because of", firing[cause].Signal.Asset)
		}
	}
	// Output: mart.orders because of raw.orders
}
