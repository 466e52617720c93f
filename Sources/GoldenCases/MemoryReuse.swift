import Livepatch
import ReferenceEngine
import Scenarios
import Simulation

/// Freed memory that is used again.
///
/// The engine gives each new shadow variable memory of its own. A kernel may give it that of a variable that is gone, or
/// that never came to be because its constructor failed: a module that numbers pointers then prints the old number (seen in 6.1).
struct MemoryReuse {
    let scenario: Scenario
    let generation: Generation

    /// So many variables are tried with old memory.
    private static let maximum = 16

    /// The comparison with the first prediction that the log agrees with, in which variables have the memory of such as are gone;
    /// nil if there is none.
    ///
    /// - Parameters:
    ///   - check: the comparison with the prediction in which none has.
    ///   - compare: compares the log with a prediction.
    func check(instead check: LogCheck, _ compare: (Simulation) -> LogCheck) -> LogCheck? {
        var best = check
        var scenario = scenario
        var earlier: [String] = []
        for (number, step) in scenario.steps.enumerated().filter({ $0.element.creates != nil }).prefix(Self.maximum) {
            guard let call = step.creates else { continue }
            let inUse = memoryInUse(before: number, scenario)
            var kept = call.newData
            for candidate in earlier.reversed() where !inUse.contains(candidate) {
                let other = scenario.giving(candidate, to: number)
                guard let simulation = try? Simulation(of: other, generation: generation) else { continue }
                let result = compare(simulation)
                if result.outcome == .passed { return result }
                guard result.matchedCount > best.matchedCount else { continue }
                best = result
                kept = candidate
            }
            scenario = scenario.giving(kept, to: number)
            if !earlier.contains(kept) { earlier.append(kept) }
        }
        return nil
    }

    /// Where the variables that exist before the step have their data.
    private func memoryInUse(before number: Int, _ scenario: Scenario) -> Set<String> {
        var beginning = scenario
        beginning.steps = Array(scenario.steps.prefix(number))
        let state = (try? Simulation(of: beginning, generation: generation))?.machine.state
        return Set(
            state.map { state in state.shadowVariables.keys.compactMap { state.shadowVariables[$0]?.data } } ?? [])
    }
}

extension ScenarioStep {
    /// The call, if it may create a shadow variable.
    fileprivate var creates: ShadowCall? {
        guard case .shadow(let call) = action, call.function == .alloc || call.function == .getOrAlloc else {
            return nil
        }
        return call
    }
}

extension Scenario {
    /// The scenario in which the variable that the step creates has its data there.
    fileprivate func giving(_ memory: String, to number: Int) -> Scenario {
        guard case .shadow(var call) = steps[number].action else { return self }
        call.newData = memory
        var scenario = self
        scenario.steps[number].action = .shadow(call)
        return scenario
    }
}
