import GoldenCases
import Livepatch
import Scenarios
import Simulation
import Testing

/// Whether the kept cases tell each value of each policy from every other.
@Suite("A policy with another value predicts another log")
struct PolicySwapTests {
    /// A policy, one of its values, and another.
    struct Swap: Sendable, CustomTestStringConvertible {
        let policy: String
        let from: String
        let to: String
        let has: @Sendable (Policies) -> Bool
        let change: @Sendable (inout Policies) -> Void

        var testDescription: String { "\(policy): \(to) instead of \(from)" }
    }

    static let swaps =
        swaps(of: "consistency", \.consistency) + swaps(of: "completionNotice", \.completionNotice)
        + swaps(of: "callbackOwner", \.callbackOwner) + swaps(of: "stackOrder", \.stackOrder)
        + swaps(of: "disabledPatch", \.disabledPatch) + swaps(of: "replace", \.replace)
        + swaps(of: "stateCompatibility", \.stateCompatibility) + swaps(of: "reversedReplace", \.reversedReplace)
        + swaps(of: "failedStates", \.failedStates) + swaps(of: "shadowOwner", \.shadowOwner)
        + swaps(of: "signals", \.signals) + swaps(of: "forcePins", \.forcePins)
        + swaps(of: "ftraceSwitch", \.ftraceSwitch) + swaps(of: "shadowVariables", \.shadowVariables)
        + swaps(of: "operatorFiles", \.operatorFiles) + swaps(of: "touchedFunctions", \.touchedFunctions)

    private static func swaps<Value: CaseIterable & Hashable & Sendable>(
        of policy: String, _ path: any WritableKeyPath<Policies, Value> & Sendable
    ) -> [Swap] {
        Value.allCases.flatMap { value in
            Value.allCases.filter { $0 != value && !isMeaningless(value, $0) }.map { other in
                Swap(
                    policy: policy, from: "\(value)", to: "\(other)", has: { $0[keyPath: path] == value },
                    change: { $0[keyPath: path] = other })
            }
        }
    }

    /// States free variables when they are released, which happens only where they have callbacks: there they own them already.
    private static func isMeaningless(_ value: some Hashable, _ other: some Hashable) -> Bool {
        guard let value = value as? Policies.ShadowOwner, let other = other as? Policies.ShadowOwner else {
            return false
        }
        return value == .nobody && (other == .anyState || other == .preparedState)
    }

    @Test("every policy is among them")
    func all() {
        let policies = Mirror(reflecting: Generation.linux55.policies).children.compactMap(\.label)
        #expect(Set(Self.swaps.map(\.policy)) == Set(policies))
    }

    @Test("some case of some generation tells", arguments: swaps)
    func tells(swap: Swap) throws {
        let holders = Generation.allCases.filter { swap.has($0.policies) }
        try #require(!holders.isEmpty, "no generation has this value: it has no business in the table")
        #expect(try holders.contains { try Self.isTold(swap, in: $0) })
    }

    private static let cases = Result {
        try GoldenCase.all(below: Repository.root).map { try $0.scenario() }
    }

    /// True if a scenario that names the generation comes to other lines, errors or remains with the policy's other value.
    private static func isTold(_ swap: Swap, in generation: Generation) throws -> Bool {
        let other = generation.proposal("swapped", swap.change)
        let same = generation.proposal("unchanged") { _ in }
        return try cases.get().contains { scenario in
            guard scenario.generations.contains(generation),
                let expected = try? Simulation(of: scenario, generation: same, mayFailOtherwise: true)
            else { return false }
            let found = try? Simulation(of: scenario, generation: other, mayFailOtherwise: true)
            return found?.lines.map(\.text) != expected.lines.map(\.text) || found?.failures != expected.failures
                || found?.machine.state != expected.machine.state
        }
    }
}
