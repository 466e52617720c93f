import Livepatch

/// # ReferenceEngine
///
/// The executable model of livepatch, a pure value: a state, an operation and a manifest give the next state and the
/// lines that the kernel must print, each with the rule that requires it.
///
///     let engine = ReferenceEngine(generation: .linux55, manifest: manifest)
///     let prediction = engine.perform(.enable(patch: "x", outcome: .started), on: EngineState())
///     // prediction.expectations: enabling, initializing, the pre_patch callbacks, starting
///
/// The engine is concrete: it is told what the environment decided (which callback failed, whether every task is
/// switched). It performs an operation even where the kernel would have refused it, and says so as an `Objection`:
/// whoever compares with a log needs to go on from what was seen.
///
/// This module knows no logs and no clocks. It reads policies, never a generation's name.
public struct ReferenceEngine: Hashable, Sendable {
    /// The generation whose policies apply.
    public let generation: Generation
    /// The livepatches. One that is not described has no objects.
    public let manifest: Manifest

    var policies: Policies { generation.policies }

    /// Puts a `ReferenceEngine` together from its parts.
    public init(generation: Generation, manifest: Manifest) {
        self.generation = generation
        self.manifest = manifest
    }

    /// What the operation does to the state and what the kernel prints for it, in order.
    public func perform(_ operation: Operation, on state: EngineState) -> Prediction {
        var step = Step(state: state, engine: self)
        switch operation {
        case .enable(let patch, let outcome): enable(patch, outcome, &step)
        case .disable(let patch): disable(patch, &step)
        case .reverse(let patch): reverse(patch, &step)
        case .completeTransition(let patch): complete(patch, &step)
        case .signal: signal(&step)
        case .force: force(&step)
        case .moduleComing(let module, let outcome): moduleComing(module, outcome, &step)
        case .moduleGoing(let module): moduleGoing(module, &step)
        case .refuseEnable(let patch): refuseEnable(patch, &step)
        case .refuseDisable(let patch): refuseDisable(patch, &step)
        case .shadow(let call): shadow(call, &step)
        }
        return Prediction(state: step.state, expectations: step.expectations, objections: step.objections)
    }

    func description(_ patch: String) -> LivepatchDescription {
        manifest.livepatches[patch] ?? LivepatchDescription(name: patch, objects: [])
    }
}
