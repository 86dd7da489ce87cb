// Sessions: a runtime of wazero with its instances. Links by rewriting the names of imports.
package main

import (
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

type session struct {
	adapter *adapter
	engine  *engine
	runtime wazero.Runtime
	// How many instances, and helpers, have a name.
	instances, helpers int
	log                hostLog
	depth              int // of functions of the host that call back
	// All function types of its modules: the type of a reference is one of them.
	types []funcType
	// Helpers by what they are for.
	helped map[string]*instance
	holder *holder
}

// An instance of a module, of the adapter or of the script.
type instance struct {
	name    string
	module  api.Module
	exports map[string]*extern
	// How many handles the harness has of its exports, and whether it has dropped the instance.
	held    int
	dropped bool
}

// Something that is imported and exported: an export of an instance, or a function that was taken
// from a table or a result.
type extern struct {
	ty    externType
	owner *instance
	name  string
	host  *hostFunction // if it was made by the host
	slot  int           // in the holder, for a function without an owner
	// Whether the type of such a function is not known yet.
	untyped bool
}

func open(a *adapter, r *request) (any, error) {
	e, err := a.engine(r.Engine)
	if err != nil {
		return nil, err
	}
	config := e.config
	if a.handOver && e.directory != "" {
		if config, err = e.cached(e.plain); err != nil {
			return nil, err
		}
	}
	a.sessions[r.Session] = &session{
		adapter: a, engine: e, runtime: wazero.NewRuntimeWithConfig(ctx, config),
		helped: map[string]*instance{},
	}
	return map[string]any{}, nil
}

func closeSession(a *adapter, r *request) (any, error) {
	if _, err := a.session(r); err != nil {
		return nil, err
	}
	return map[string]any{}, a.close(r.Session)
}

func (a *adapter) close(number uint32) error {
	s := a.sessions[number]
	delete(a.sessions, number)
	for handle, thing := range a.things {
		if thing.session == s {
			delete(a.things, handle)
		}
	}
	for _, m := range a.modules {
		delete(m.early, s)
	}
	if err := s.runtime.Close(ctx); err != nil {
		return fail("failed", "%v", err)
	}
	return nil
}

func (a *adapter) session(r *request) (*session, error) {
	if s := a.sessions[r.Session]; s != nil {
		return s, nil
	}
	return nil, fail("dropped", "no session %d", r.Session)
}

func (s *session) compile(m *module, bytes []byte) (wazero.CompiledModule, error) {
	runtime := s.runtime
	if s.adapter.handOver {
		runtime = s.engine.runtime
	}
	compiled, err := runtime.CompileModule(ctx, bytes)
	if err != nil {
		return nil, fail("failed", "a module that was valid is rejected: %v", err)
	}
	m.all = append(m.all, compiled)
	return compiled, nil
}

func instantiate(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	m, err := a.module(s.engine, r.Module)
	if err != nil {
		return nil, err
	}
	if len(r.Imports) != len(m.info.imports) {
		message := fmt.Sprintf("%d imports for %d", len(r.Imports), len(m.info.imports))
		return nil, &end{"unlinkable", map[string]any{"kind": "unknown-import", "message": message,
			"import": min(len(r.Imports), len(m.info.imports))}}
	}
	given := make([]*extern, len(r.Imports))
	names := make([][2]string, len(r.Imports))
	for at, handle := range r.Imports {
		if given[at], err = get[*extern](a, s, handle.handle()); err != nil {
			return nil, err
		}
		if given[at].owner == nil {
			return nil, unsupported("references to functions as imports")
		}
		names[at] = [2]string{given[at].owner.name, given[at].name}
	}
	compiled := m.early[s]
	delete(m.early, s)
	if compiled == nil {
		if compiled, err = s.compile(m, m.info.renamed(names)); err != nil {
			return nil, err
		}
	}
	s.instances++
	made := &instance{name: fmt.Sprint("m", s.instances), exports: map[string]*extern{}}
	s.know(m.info.types...)
	// What a failed instantiation leaves in a table may refer to these types, too.
	if made.module, err = s.runtime.InstantiateModule(ctx, compiled, named(made.name)); err != nil {
		return nil, a.left(s, err)
	}
	// An import has the type of what was given, which may be more exact.
	var at [5]int
	spaces := m.info.spaces
	for _, item := range given {
		kind := item.ty.kind
		if at[kind] == 0 {
			spaces[kind] = append([]externType{}, spaces[kind]...)
		}
		spaces[kind][at[kind]] = item.ty
		at[kind]++
	}
	for _, export := range m.info.exports {
		made.exports[export.name] = &extern{
			ty: spaces[export.kind][export.index], owner: made, name: export.name,
		}
	}
	return map[string]any{"instance": a.add(s, made)}, nil
}

func named(name string) wazero.ModuleConfig {
	return wazero.NewModuleConfig().WithName(name).WithStartFunctions()
}

func (s *session) know(types ...funcType) {
	for _, ty := range types {
		known := false
		for _, other := range s.types {
			known = known || other.equal(ty)
		}
		if !known {
			s.types = append(s.types, ty)
		}
	}
}

// Instantiates a module of the adapter.
func (s *session) help(prefix string, b *builder) (*instance, error) {
	s.helpers++
	made := &instance{name: fmt.Sprint(prefix, s.helpers), exports: map[string]*extern{}}
	compiled, err := s.runtime.CompileModule(ctx, b.bytes())
	if err != nil {
		// Helpers need features that the config may turn off.
		if s.engine.flags&api.CoreFeaturesV2 != api.CoreFeaturesV2 {
			return nil, unsupported("references and tables of the host without the features of 2.0")
		}
		return nil, unsupported(fmt.Sprintf("what the adapter does with a module of its own: %v", err))
	}
	if made.module, err = s.runtime.InstantiateModule(ctx, compiled, named(made.name)); err != nil {
		return nil, ended(err)
	}
	return made, nil
}

// Gives the harness an extern of an instance.
func (a *adapter) lend(s *session, item *extern) value {
	if item.owner != nil {
		item.owner.held++
	}
	return handleOf(kindNames[item.ty.kind], a.add(s, item))
}

func exportOf(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	from, err := get[*instance](a, s, r.Instance)
	if err != nil {
		return nil, err
	}
	if item := from.exports[r.Name]; item != nil {
		return a.lend(s, item), nil
	}
	return nil, nil
}

func dropInstance(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	from, err := get[*instance](a, s, r.Instance)
	if err != nil {
		return nil, err
	}
	delete(a.things, r.Instance)
	from.dropped = true
	return map[string]any{}, a.release(from)
}

// Closes an instance of which the harness has nothing left; without --close, none is ever dropped.
func (a *adapter) release(i *instance) error {
	if i.dropped && i.held == 0 {
		if err := i.module.Close(ctx); err != nil {
			return fail("failed", "%v", err)
		}
	}
	return nil
}

func dropExtern(a *adapter, r *request) (any, error) {
	return a.dropHandle(r, r.Extern.handle())
}

func dropRef(a *adapter, r *request) (any, error) {
	if r.Value.field != "func" {
		return map[string]any{}, nil
	}
	return a.dropHandle(r, r.Value.handle())
}

func (a *adapter) dropHandle(r *request, handle uint32) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	item, err := get[*extern](a, s, handle)
	if err != nil {
		return nil, err
	}
	delete(a.things, handle)
	if item.owner != nil {
		item.owner.held--
		return map[string]any{}, a.release(item.owner)
	}
	return map[string]any{}, nil
}

func typeOfExtern(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	item, err := get[*extern](a, s, r.Extern.handle())
	if err != nil {
		return nil, err
	}
	if err := s.findType(item); err != nil {
		return nil, err
	}
	ty := item.ty
	switch ty.kind {
	case kindMemory:
		ty.min = uint64(item.pages())
	case kindTable:
		if ty.min, err = s.sizeOfTable(item); err != nil {
			return nil, err
		}
	}
	return ty, nil
}
