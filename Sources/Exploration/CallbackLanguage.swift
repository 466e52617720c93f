import Livepatch

/// In which order callbacks may come, those of an object or of a state.
///
///     unprepared --pre_patch--> prepared --post_patch--> patched --pre_unpatch--> prepared --post_unpatch--> unprepared
///
/// A callback that is not defined is passed over in silence, so that there may be several positions.
struct CallbackLanguage: Hashable, Sendable {
    /// A set of positions, one bit each.
    typealias Positions = UInt8
    static let unprepared: Positions = 1
    static let prepared: Positions = 2
    static let patched: Positions = 4

    private let silent: [CallbackKind]

    /// With these callbacks defined.
    init(defined: Set<CallbackKind>) { silent = CallbackKind.allCases.filter { !defined.contains($0) } }

    /// Where it may stand once the callback ran; nil if the callback must not have run.
    func positions(after kind: CallbackKind, from positions: Positions) -> Positions? {
        let (from, to) = Self.move(kind)
        return positions & from == 0 ? nil : closure(of: to)
    }

    /// Goes where it stands once the callback ran, whether or not it should have; false if it should not.
    func advance(_ positions: inout Positions, by kind: CallbackKind) -> Bool {
        let next = self.positions(after: kind, from: positions)
        positions = next ?? closure(of: Self.move(kind).to)
        return next != nil
    }

    /// The positions, and those that are come to in silence.
    func closure(of positions: Positions) -> Positions {
        var result = positions
        // Three positions: two moves lead from any to any.
        for _ in 0..<2 {
            for kind in silent where result & Self.move(kind).from != 0 { result |= Self.move(kind).to }
        }
        return result
    }

    private static func move(_ kind: CallbackKind) -> (from: Positions, to: Positions) {
        switch kind {
        case .prePatch: (unprepared, prepared)
        case .postPatch: (prepared, patched)
        case .preUnpatch: (patched, prepared)
        case .postUnpatch: (prepared, unprepared)
        }
    }
}

/// The callbacks of one object of one livepatch.
struct ObjectCallbacks: Hashable, Sendable {
    /// The livepatch.
    let patch: String
    /// The object.
    let object: String
    /// Their order.
    let language: CallbackLanguage

    /// Those of all livepatches, in a fixed order. An object that a livepatch names twice is its first.
    static func all(in manifest: Manifest) -> [ObjectCallbacks] {
        manifest.livepatches.values.sorted { $0.name < $1.name }.flatMap { livepatch in
            var names: Set<String> = []
            return livepatch.objects.filter { !$0.callbacks.isEmpty && names.insert($0.name).inserted }.map {
                let language = CallbackLanguage(defined: $0.callbacks)
                return ObjectCallbacks(patch: livepatch.name, object: $0.name, language: language)
            }
        }
    }
}

/// The callbacks of one state, whichever livepatch they belong to.
struct StateCallbacks: Hashable, Sendable {
    /// klp_state.id.
    let id: UInt
    /// Their order. What one of the livepatches does not define may be passed over.
    let language: CallbackLanguage

    /// Those of all states, in a fixed order.
    static func all(in manifest: Manifest) -> [StateCallbacks] {
        let states = manifest.livepatches.values.flatMap { $0.states ?? [] }
        return Set(states.map(\.id)).sorted().map { id in
            let defined = states.filter { $0.id == id }.map(\.callbacks)
            let everywhere = defined.reduce(Set(CallbackKind.allCases)) { $0.intersection($1) }
            return StateCallbacks(id: id, language: CallbackLanguage(defined: everywhere))
        }
    }
}
