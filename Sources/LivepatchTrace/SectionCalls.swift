import Ftrace

/// Which steps lie within one call of a function that takes klp_mutex, from its entry to its return.
///
/// klp_enable_patch, klp_complete_transition, klp_module_coming and klp_module_going bracket what they do: lines and functions of two
/// of their calls are never of one section, whatever they say. (kernel/livepatch, 5.1 to 7.2; klp_complete_transition may be called
/// by klp_enable_patch, and is a part of its call then.)
enum SectionCalls {
    private static let functions: Set<String> = [
        "klp_enable_patch", "klp_complete_transition", "klp_module_coming", "klp_module_going",
    ]

    /// A call that has not returned: its number, and the steps of its task since its entry.
    private struct Open {
        let function: String
        let number: Int
        var steps: [Int] = []
    }

    /// For each step the number of the call that it lies in; nil where the trace does not show both its ends. An entry is of its call
    /// whether or not the return is traced.
    ///
    /// - Parameter areLinesOwn: whether the task of a line is the one that printed it. Kernels before 5.19 trace a line when it goes to
    ///   the console, in whatever task does that.
    static func numbers(of steps: [TracedStep], areLinesOwn: Bool) -> [Int?] {
        var numbers = [Int?](repeating: nil, count: steps.count)
        var open: [Int: Open] = [:]
        var count = 0
        for (index, step) in steps.enumerated() {
            guard let task = step.record.task?.pid else { continue }
            if case .printed = step.kind, !areLinesOwn || step.record.isPrintedLater { continue }
            if case .entry(let function) = step.kind, function.isOfLivepatch, functions.contains(function.name),
                open[task] == nil || open[task]?.function == function.name
            {
                open[task] = Open(function: function.name, number: count)
                numbers[index] = count
                count += 1
            }
            open[task]?.steps.append(index)
            if case .exit(let function) = step.kind, function.isOfLivepatch, open[task]?.function == function.name,
                let call = open.removeValue(forKey: task)
            {
                for place in call.steps { numbers[place] = call.number }
            }
        }
        return numbers
    }
}

extension TraceRecord {
    /// True for a line that another task may have printed: kernels before 5.19 trace it when it goes to the console, with its stamp.
    var isPrintedLater: Bool { name == "console" && fields.text("msg")?.first == "[" }
}
