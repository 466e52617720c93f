/// Which functions a function_graph trace is in, so that a `}` without a name finds its function.
///
/// tracefs names the function of a return unless it is the last one that the same CPU entered on that level;
/// trace-cmd never does, but knows the task.
struct CallStacks {
    /// By CPU or by task: an entry of the name table for each level, -1 where nothing was entered.
    private var stacks: [Int: [Int32]] = [:]

    /// A damaged trace could name any number of CPUs.
    private static let limit = 1 << 16

    mutating func enter(_ key: Int, depth: Int, _ name: Int) {
        if stacks.count >= Self.limit { stacks.removeAll() }
        stacks[key, default: Array(repeating: -1, count: GraphLine.deepest)][depth] = Int32(name)
    }

    /// The function that a return on a level ends, if its entry was seen.
    mutating func leave(_ key: Int, depth: Int) -> Int? {
        guard let name = stacks[key]?[depth], name >= 0 else { return nil }
        stacks[key]?[depth] = -1
        return Int(name)
    }

    /// The function that was entered on a level and has not returned, if its entry was seen.
    func function(_ key: Int, depth: Int) -> Int? {
        guard let name = stacks[key]?[depth], name >= 0 else { return nil }
        return Int(name)
    }

    /// Events were lost: nothing is known of the calls any more.
    mutating func forget(_ key: Int) { stacks[key] = nil }

    mutating func forgetAll() { stacks.removeAll() }
}
