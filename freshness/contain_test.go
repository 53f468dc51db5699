package freshness

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nilError panics when it is asked for its text without a value, as an error
// does that a function returned as a nil pointer of its own type.
type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }

// rudeError panics whatever is asked of it.
type rudeError struct{}

func (rudeError) Error() string   { panic("no text") }
func (rudeError) Unwrap() error   { panic("no cause") }
func (rudeError) Is(_ error) bool { panic("no idea") }

type failing struct{ err error }

func (s failing) Landings(context.Context) (Landings, error) { return nil, s.err }

func TestAnErrorThatCannotBeReadIsReplaced(t *testing.T) {
	var none *nilError
	for _, tt := range []struct {
		err  error
		says string
	}{
		{none, "an error of type *freshness.nilError that is a nil pointer: return a plain nil where there is no error"},
		{rudeError{}, "an error of type freshness.rudeError that cannot be read: no text"},
		{fmt.Errorf("wrapped: %w", none), "wrapped: "},
		{errors.Join(errors.New("one"), rudeError{}), "an error of type *errors.joinError that cannot be read: no text"},
	} {
		for name, r := range map[string]Result{
			"a source":         Check{Asset: "a", Policy: MaxAge{Fail: 1}, Source: failing{tt.err}}.Run(context.Background(), base),
			"a policy":         Check{Asset: "a", Policy: fixed{Result{Err: tt.err}}, Source: failing{}}.Run(context.Background(), base),
			"NotMeasured":      NotMeasured(tt.err, base),
			"made by somebody": {Asset: "a", Err: tt.err},
		} {
			require.Equal(t, Unknown, r.Status, name)
			require.Error(t, r.Err, name)
			assert.Contains(t, r.String(), tt.says, name)
			text, err := r.MarshalJSON()
			require.NoError(t, err, name)
			assert.Contains(t, string(text), tt.says, name)
			assert.Contains(t, r.LogValue().String(), tt.says, name)
			assert.NotPanics(t, func() { _ = Event{Result: r}.String() })
			if name != "made by somebody" {
				assert.NotPanics(t, func() { assert.NotEmpty(t, r.Err.Error()) }, name)
			}
		}
	}
	cause := errors.New("cause")
	assert.Same(t, cause, NotMeasured(cause, base).Err, "what can be read stays as it is")
}

func TestAPointerToNoPolicyIsRefused(t *testing.T) {
	var age *MaxAge
	var deadline *Deadline
	const teach = "is a nil *freshness.MaxAge: pass the value, freshness.MaxAge{…}"
	for name, err := range map[string]error{
		"policy: ":         Check{Asset: "a", Policy: age, Source: failing{}}.Validate(),
		"[1]: ":            AllOf{MaxAge{Fail: 1}, age}.Validate(),
		"[0]: ":            AnyOf{age}.Validate(),
		"policy:  ":        Paused{Policy: age}.Validate(),
		"the policy ":      second(EncodePolicy(age)),
		"[0]:  ":           second(EncodePolicy(AllOf{age})),
		"checks[0].policy": NewMonitor([]Check{{Asset: "a", Policy: age, Source: failing{}}}).Run(context.Background()),
	} {
		require.ErrorContains(t, err, teach, name)
	}
	assert.EqualError(t, second(EncodePolicy(age)), "the policy "+teach)
	assert.EqualError(t, second(EncodePolicy(deadline)), "the policy is a nil *freshness.Deadline: pass the value, freshness.Deadline{…}")
	assert.EqualError(t, second(EncodePolicy(nil)), "the policy is missing")
	assert.EqualError(t, second(EncodePolicy(&MaxAge{Fail: 1})), "a policy of type *freshness.MaxAge has no JSON: pass the value, freshness.MaxAge{…}")
	assert.EqualError(t, second(EncodePolicy(AllOf{&MaxAge{Fail: 1}})), "[0]: a policy of type *freshness.MaxAge has no JSON: pass the value, freshness.MaxAge{…}")
	assert.EqualError(t, second(EncodePolicy(foreign{MaxAge{Fail: 1}})), "a policy of type freshness.foreign has no JSON: want one of this package")
	assert.EqualError(t, second(EncodePolicy(&foreign{MaxAge{Fail: 1}})), "a policy of type *freshness.foreign has no JSON: want one of this package")

	for _, p := range []Policy{AllOf{age}, AnyOf{age}, Paused{Policy: age}, AllOf{rudePolicy{}}} {
		r := p.Check(nil, base)
		for _, part := range []Result{r, Check{Asset: "a", Policy: p, Source: failing{}}.Run(context.Background(), base)} {
			assert.Equal(t, ReasonNotMeasured, part.Reason, "%v", part)
			assert.ErrorContains(t, part.Err, "the policy panicked", "%v", part)
		}
	}
	for r := range (AllOf{age}).Results(nil, base) {
		assert.ErrorContains(t, r.Err, "the policy panicked")
	}
	assert.EqualError(t, AllOf{rudePolicy{}}.Validate(), "[0]: its Validate panicked: not today")
}

func second[T any](_ T, err error) error { return err }

// rudePolicy panics whatever is asked of it.
type rudePolicy struct{}

func (rudePolicy) Check(Landings, time.Time) Result { panic("not now") }
func (rudePolicy) Validate() error                  { panic("not today") }

func TestAZeroMonitorCanBeUsed(t *testing.T) {
	var m Monitor
	seen := make(chan Event, 1)
	m.Changed = func(e Event) { seen <- e }
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- m.Run(ctx) }()
	require.NoError(t, m.Add(Check{Asset: "a", Policy: MaxAge{Fail: 1}, Source: failing{}}))
	assert.Equal(t, Stale, (<-seen).Result.Status)
	assert.True(t, m.Remove("a"))
	assert.Error(t, m.Pause(base, "a"))
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
}

func TestWhatIsNotThereHasLearnedNothing(t *testing.T) {
	var none, zero *Usual = nil, &Usual{}
	assert.Equal(t, zero.String(), none.String())
	assert.Equal(t, zero.Location(), none.Location())
	assert.Equal(t, [3]any{zero.Days(), zero.Times(), zero.Gaps()}, [3]any{none.Days(), none.Times(), none.Gaps()})
	assert.False(t, none.Daily())
	assert.Equal(t, zero.Predict(nil, base, base), none.Predict(nil, base, base))
	for _, w := range []time.Weekday{-1, time.Sunday, 7} {
		assert.Equal(t, second(zero.On(w)), second(none.On(w)))
	}
	assert.Equal(t, second(zero.Suggest(0.9)), second(none.Suggest(0.9)))
	want, err := zero.MarshalJSON()
	require.NoError(t, err)
	got, err := none.MarshalJSON()
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got))

	_, err = ReadLandings(nil)
	var fault *FieldError
	require.ErrorAs(t, err, &fault)
	assert.EqualError(t, err, "freshness: there is no reader to read a history from")
	assert.EqualError(t, &FieldError{Path: "a"}, "a: no cause was given")
}
