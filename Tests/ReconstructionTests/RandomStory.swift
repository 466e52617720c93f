import Livepatch
import ReferenceEngine
import TestSupport

/// A random sequence of operations that the kernel allows, performed by the engine.
struct RandomStory {
    private let engine: ReferenceEngine
    private(set) var state = EngineState()
    /// The operations that printed something, and what.
    private(set) var chapters: [(operation: Livepatch.Operation, lines: [String])] = []
    private var random: SeededGenerator

    private static let patches = ["p", "q", "r"]
    private static let modules = ["nfs", "xfs", "ext4", "cifs", "loop", "dm_mod"]

    init(_ generation: Generation, seed: UInt64, length: Int, callbacks: Bool) {
        let kinds = callbacks ? Set(CallbackKind.allCases) : []
        let objects = ([Event.vmlinux] + Self.modules).map { ObjectDescription(name: $0, callbacks: kinds) }
        let livepatches = Self.patches.map { name in
            LivepatchDescription(name: name, objects: objects, replace: .fixed(name == "r"), states: [])
        }
        engine = ReferenceEngine(generation: generation, manifest: Manifest(livepatches: livepatches))
        random = SeededGenerator(seed: seed)
        for _ in 0..<length { goOn() }
    }

    /// The same story at the default log level.
    var withoutDebugLines: RandomStory {
        var story = self
        for place in chapters.indices {
            story.chapters[place].lines.removeAll { line in
                Recogniser().recognise(line).flatMap { Catalogue.level(of: $0.message, for: engine.generation) } == 7
            }
        }
        return story
    }

    /// Performs one operation if the kernel allows it.
    private mutating func goOn() {
        let operation = anyOperation()
        let prediction = engine.perform(operation, on: state)
        guard prediction.objections.isEmpty, isPossible(operation) else { return }
        state = prediction.state
        let lines = prediction.expectations.compactMap { Catalogue.print($0.event, for: engine.generation) }
        if !lines.isEmpty { chapters.append((operation, lines)) }
    }

    /// The engine is told what fails; here nothing fails that is not there.
    private func isPossible(_ operation: Livepatch.Operation) -> Bool {
        let knowsCallbacks = engine.generation >= .linux415
        switch operation {
        case .enable(_, .started): return true
        case .enable(_, .prePatchFailed(let object)):
            return knowsCallbacks && (object == Event.vmlinux || state.loadedModules.contains(object))
        case .enable: return false
        case .moduleComing(let module, _) where hasCome(module):
            // A module that comes twice within a few lines is a known issue: see `aModuleThatComesAgainSoon...`.
            return false
        case .moduleComing(_, .prePatchFailed(let patch)):
            return knowsCallbacks && (state.patch(patch)?.isEnabled == true || state.isInTransition(patch))
        case .moduleGoing(let module): return state.loadedModules.contains(module)
        case .refuseEnable, .shadow: return false
        default: return true
        }
    }

    private func hasCome(_ module: String) -> Bool {
        chapters.contains { chapter in
            if case .moduleComing(module, _) = chapter.operation { true } else { false }
        }
    }

    private mutating func anyOperation() -> Livepatch.Operation {
        let patch = Self.patches.randomElement(using: &random) ?? "p"
        let module = Self.modules.randomElement(using: &random) ?? "nfs"
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: return .enable(patch: patch, outcome: .started)
        case 2: return .enable(patch: patch, outcome: .prePatchFailed(object: module))
        case 3: return .enable(patch: patch, outcome: .prePatchFailed(object: Event.vmlinux))
        case 4, 5: return .disable(patch: patch)
        case 6: return .reverse(patch: patch)
        case 7, 8: return .completeTransition(patch: state.transition?.patch ?? patch)
        case 9: return .moduleComing(module: module, outcome: .applied)
        case 10: return .moduleComing(module: module, outcome: .prePatchFailed(patch: patch))
        default: return Bool.random(using: &random) ? .signal : .moduleGoing(module: module)
        }
    }
}
