//! A module and its artifact for tests. Its code is arbitrary, but has two functions.

use crate::abi::{Libcall, TrapCode};
use crate::index::*;
use crate::module::*;
use crate::target::{Arch, BoundsMode, OptLevel, Target};
use crate::types::*;
use crate::{Artifact, ArtifactBuilder, TextRange};

/// The bytes of the data segments.
pub(crate) const DATA: &[u8] = b"some data";

/// The artifact of the module, or of a variant of it.
pub(crate) fn artifact(module: &Module) -> Artifact {
    let mut builder = builder(module);
    builder.function(TextRange { start: 0, len: 10 });
    builder.function(TextRange { start: 16, len: 24 });
    builder.trap(3, TrapCode::Unreachable);
    builder.trap(20, TrapCode::CastFailure);
    builder.location(0, 100);
    builder.location(16, 200);
    builder.libcall_slot(8, Libcall::FmaF64);
    builder.function_name(FuncIndex(0), "imported");
    builder.function_name(FuncIndex(2), "start");
    builder.finish()
}

/// The artifact before its functions, traps, locations and libcalls are added.
pub(crate) fn builder(module: &Module) -> ArtifactBuilder {
    let target = Target {
        arch: Arch::X86_64,
        isa: vec!["has_avx".to_string()],
        opt: OptLevel::Speed,
        bounds: BoundsMode::Guard,
        native_relaxed: false,
        interruption: false,
        wasm_features: 7,
        compiler: "1".to_string(),
        build: "2".to_string(),
    };
    let mut builder = ArtifactBuilder::module(target, module);
    builder.text(vec![0x90; 40]);
    builder.data(DATA.to_vec());
    builder
}

/// A module with something of everything: function 0 is imported, function 1 escapes, function 2 is
/// the start function.
pub(crate) fn module() -> Module {
    let func = |params: &[ValType<TypeIndex>], results: &[ValType<TypeIndex>]| SubType {
        is_final: false,
        supertype: None,
        composite: CompositeType::Func(FuncType::new(params.to_vec(), results.to_vec())),
    };
    let concrete =
        |kind, index| RefType { nullable: true, heap: HeapType::Concrete(kind, TypeIndex(index)) };
    let field = |storage| FieldType { storage, mutable: true };
    let own = ValType::Ref(concrete(CompositeKind::Struct, 2));
    let import = |item| Import { module: "m".to_string(), name: "n".to_string(), item };
    let export = |name: &str, item| Export { name: name.to_string(), item };
    let expr = |ops: &[ConstOp]| ConstExpr(ops.to_vec());
    Module {
        name: Some("sample".to_string()),
        types: vec![
            func(&[], &[]),
            SubType { supertype: Some(TypeIndex(0)), ..func(&[], &[]) },
            SubType {
                is_final: true,
                supertype: None,
                composite: CompositeType::Struct(vec![field(StorageType::Val(own))]),
            },
            SubType {
                is_final: true,
                supertype: None,
                composite: CompositeType::Array(field(StorageType::I8)),
            },
            func(&[ValType::I32], &[own]),
        ],
        rec_groups: vec![1, 1, 2, 1],
        imports: vec![
            import(ExternIndex::Func(FuncIndex(0))),
            import(ExternIndex::Global(GlobalIndex(0))),
        ],
        imported: ImportCounts { functions: 1, globals: 1, ..ImportCounts::default() },
        functions: vec![TypeIndex(4), TypeIndex(1), TypeIndex(0)],
        tables: vec![
            TableType {
                element: concrete(CompositeKind::Func, 0),
                minimum: 3,
                maximum: Some(4),
                table64: false,
            },
            TableType {
                element: RefType { nullable: false, heap: HeapType::I31 },
                minimum: 1,
                maximum: None,
                table64: true,
            },
        ],
        memories: vec![MemoryType { shared: true, ..MemoryType::new(1, Some(2)) }],
        globals: vec![
            GlobalType { content: ValType::I32, mutable: false },
            GlobalType { content: own, mutable: true },
            GlobalType { content: ValType::I64, mutable: false },
        ],
        tags: vec![TypeIndex(0)],
        table_inits: vec![None, Some(expr(&[ConstOp::GlobalGet(GlobalIndex(0)), ConstOp::RefI31]))],
        global_inits: vec![
            expr(&[ConstOp::RefNull(HeapType::None), ConstOp::StructNew(TypeIndex(2))]),
            expr(&[ConstOp::I64Const(1), ConstOp::I64Const(2), ConstOp::I64Add]),
        ],
        exports: vec![
            export("f", ExternIndex::Func(FuncIndex(1))),
            export("m", ExternIndex::Memory(MemoryIndex(0))),
            export("t", ExternIndex::Tag(TagIndex(0))),
        ],
        start: Some(FuncIndex(2)),
        elements: vec![
            ElementSegment {
                ty: RefType { nullable: true, heap: HeapType::Func },
                items: ElementItems::Functions(vec![FuncIndex(0), FuncIndex(1)]),
                mode: ElementMode::Active {
                    table: TableIndex(0),
                    offset: expr(&[ConstOp::GlobalGet(GlobalIndex(0))]),
                },
            },
            ElementSegment {
                ty: RefType { nullable: true, heap: HeapType::Func },
                items: ElementItems::Expressions(vec![expr(&[ConstOp::RefFunc(FuncIndex(1))])]),
                mode: ElementMode::Passive,
            },
        ],
        data: vec![DataSegment {
            bytes: 2..6,
            mode: DataMode::Active {
                memory: MemoryIndex(0),
                offset: expr(&[ConstOp::I32Const(7)]),
            },
        }],
        escaping: vec![DefinedFuncIndex(0)],
    }
}
