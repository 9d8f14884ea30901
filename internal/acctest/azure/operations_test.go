package azure_test

import (
	"net/http"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// quota is an operation that fails. What Azure does at once is refused in the same way.
var quota = &armsim.OperationFault{Code: "QuotaExceeded", Message: "No more."}

// short bounds an operation that has no end, and is long enough for all that has one.
const short = "3s"

// TestOperationsFail has what Azure accepted end in failure. The error says why, and a plain apply repairs it.
func TestOperationsFail(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *life) {
		r := l.object(t)
		l.fails(t, func() core.Diagnostics {
			_, diags := r.TryApply(t.Context(), l.config)
			return diags
		})
		r.Converge(t, l.config)
		l.once(t, r)
		id := r.String(t, "id")
		l.fails(t, func() core.Diagnostics {
			_, diags := r.TryApply(t.Context(), l.changed)
			return diags
		})
		if r.Tainted() {
			t.Error("an update that failed costs the object")
		}
		r.Refresh(t)
		if c := r.Plan(t, l.changed); c.Action == core.NoOp {
			t.Error("an update that failed is not made again: the plan after it is empty")
		}
		r.Converge(t, l.changed)
		if l.once(t, r); r.String(t, "id") != id {
			t.Error("it is another object")
		}
		l.fails(t, func() core.Diagnostics { return r.TryDestroy(t.Context()) })
		l.once(t, r)
		r.Destroy(t)
		l.gone(t)
	})
}

// fails has a write fail in the end.
func (l *life) fails(t *testing.T, do func() core.Diagnostics) {
	t.Helper()
	l.writesEnd(quota)
	diags := do()
	l.sub.Heal()
	if len(diags.Errors().Containing("QuotaExceeded")) == 0 {
		t.Errorf("no error says why it failed: %s", diags)
	}
}

// writesEnd says how the operations that writes begin end.
func (l *life) writesEnd(how *armsim.OperationFault) {
	for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete} {
		l.sub.Inject(armsim.Fault{Method: method, Operation: how})
	}
}

// TestOperationsWithoutEnd ends them by the timeouts of the object. What Azure does at once has none. It does not run beside others, so that
// the time is enough.
func TestOperationsWithoutEnd(t *testing.T) {
	each(t, func(t *testing.T, l *life) {
		bounds := object{"create": short, "update": short, "delete": short}
		config, changed := azure.With(l.config, "timeouts", bounds), azure.With(l.changed, "timeouts", bounds)
		r := l.object(t)
		l.endless(t, func() core.Diagnostics {
			_, diags := r.TryApply(t.Context(), config)
			return diags
		})
		r.Converge(t, l.config)
		l.once(t, r)
		r.Apply(t, config)
		id := r.String(t, "id")
		l.endless(t, func() core.Diagnostics {
			_, diags := r.TryApply(t.Context(), changed)
			return diags
		})
		r.Converge(t, l.changed)
		if l.once(t, r); r.String(t, "id") != id {
			t.Error("it is another object")
		}
		r.Apply(t, changed)
		l.endless(t, func() core.Diagnostics { return r.TryDestroy(t.Context()) })
		r.Refresh(t)
		r.Destroy(t)
		l.gone(t)
	})
}

// endless has a write begin what has no end. Nothing else may go wrong.
func (l *life) endless(t *testing.T, do func() core.Diagnostics) {
	t.Helper()
	l.sub.ForgetRequests()
	l.writesEnd(&armsim.OperationFault{Endless: true})
	diags := do()
	l.sub.Heal()
	polled := l.sub.Count(http.MethodGet, "operation") > 0
	if polled != diags.HasError() || polled && len(diags.Errors().Containing("timeouts")) == 0 {
		t.Errorf("an operation was polled: %t; what was said: %s", polled, diags)
	}
}

// TestSeenLate is about objects that Azure shows a while after it has made them.
func TestSeenLate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *life) {
		l.sub.Inject(armsim.Fault{Method: http.MethodPut, Hidden: 2})
		r := l.object(t)
		r.Apply(t, l.config)
		r.ExpectEmptyPlan(t, l.config)
		l.once(t, r)
		if made := l.writes(http.StatusCreated); made > 1 {
			t.Errorf("%d objects were made", made)
		}
		r.Destroy(t)
		l.gone(t)
	})
}
