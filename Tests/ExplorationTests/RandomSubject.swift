import Livepatch
import Scenarios
import TestSupport

@testable import Exploration

/// Small scenarios of random livepatches and operations.
struct RandomSubject {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func make() -> Subject {
        let livepatches = ["p", "q", "r"].prefix(Int.random(in: 1...3, using: &generator)).map { livepatch($0) }
        let manifest = Manifest(
            livepatches: livepatches, modules: [ModuleDescription(name: "busy", initLine: "busy_init")])
        var actions: [Action] = livepatches.map { .load(module: $0.name, LoadOptions()) }
        for _ in 0..<Int.random(in: 3...6, using: &generator) { actions.append(action(livepatches)) }
        let generation = Generation.allCases.randomElement(using: &generator) ?? .linux55
        let scenario = Scenario(
            summary: "Random.", generations: [generation], manifest: manifest, steps: actions.map { ScenarioStep($0) })
        return Subject(scenario, generation: generation)
    }

    private mutating func livepatch(_ name: String) -> LivepatchDescription {
        var objects = [object(Event.vmlinux, ["f", "g"])]
        if chance() { objects.append(object("busy", ["h"])) }
        let ids = [UInt(1), 2].filter { _ in chance() }
        let states = ids.map {
            StateDescription(
                id: $0, version: chance() ? 1 : 0, callbacks: kinds(), prePatchReturn: chance(4) ? -19 : 0,
                blocksDisable: chance(4), isShadow: chance(), allocates: chance() ? "file" : nil)
        }
        return LivepatchDescription(
            name: name, objects: objects, replace: .fixed(chance(3)), replaceSet: chance(3) ? 1 : nil, states: states)
    }

    private mutating func object(_ name: String, _ functions: [String]) -> ObjectDescription {
        ObjectDescription(
            name: name, callbacks: kinds(), prePatchReturn: chance(5) ? -19 : 0,
            functions: functions.filter { _ in chance() }, shadowTypes: chance(3) ? [7] : [])
    }

    private mutating func kinds() -> Set<CallbackKind> {
        chance() ? Set(CallbackKind.allCases) : Set(CallbackKind.allCases.filter { _ in chance() })
    }

    private mutating func action(_ livepatches: [LivepatchDescription]) -> Action {
        let patch = livepatches.randomElement(using: &generator)?.name ?? "p"
        let function = ["f", "g", "h"].randomElement(using: &generator) ?? "f"
        let shadow = ShadowCall(
            caller: patch, [ShadowCall.Function.alloc, .get, .freeAll].randomElement(using: &generator) ?? .get,
            object: "file", id: chance() ? 1 : 7)
        let all: [Action] = [
            .load(module: "busy", LoadOptions(initReturn: chance(4) ? -19 : 0)), .unload(module: "busy"),
            .unload(module: patch), .disable(patch: patch), .enable(patch: patch), .reverse(patch: patch),
            .force(patch: patch), .signal(patch: patch), .block(function: function), .unblock(function: function),
            .occupy(function: function), .ftrace(isOn: chance()), .shadow(shadow),
            .setPrePatchReturn(patch: patch, object: nil, value: chance() ? 0 : -19),
        ]
        return all.randomElement(using: &generator) ?? .ftrace(isOn: false)
    }

    private mutating func chance(_ outOf: Int = 2) -> Bool { Int.random(in: 0..<outOf, using: &generator) == 0 }
}
