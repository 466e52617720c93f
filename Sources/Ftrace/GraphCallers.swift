/// Which callers of interest each task is in, as a function graph tells: its functions have levels.
struct GraphCallers {
    /// A function of a task.
    struct Level {
        var task: Int64
        /// 0 for what nothing that is traced has called.
        var depth: Int64

        /// Nil for a level that the kernel does not follow; it follows 50. (FTRACE_RETFUNC_DEPTH)
        init?(task: Int64, depth: Int64) {
            guard (0..<64).contains(depth) else { return nil }
            self.task = task
            self.depth = depth
        }
    }

    /// The levels of the callers that each task is in, the innermost last.
    private var open: [Int64: [Int64]] = [:]

    /// A damaged file may name any task.
    private static let mostTasks = 1 << 12

    /// A caller was entered, or it returned.
    mutating func follow(_ level: Level, isEntry: Bool) {
        var depths = open[level.task, default: []]
        depths.removeAll { $0 >= level.depth }
        if isEntry { depths.append(level.depth) }
        if open.count > Self.mostTasks { open = [:] }
        open[level.task] = depths.isEmpty ? nil : depths
    }

    /// True if a caller called the function: it is on the level above.
    func called(_ level: Level) -> Bool { open[level.task]?.last == level.depth - 1 }
}
