import TestSupport

/// A kernel that performs random calls of the shadow variable API, several tasks at once, and writes down what tracefs would
/// show: entries and returns, and between them each call takes effect where kernel/livepatch/shadow.c holds its lock.
struct RandomShadowTrace {
    private(set) var trace = ShadowTrace()
    private var random: SeededGenerator
    private let options: Options
    private var table: [Pair: Int] = [:]
    private var tasks: [Worker]
    private var isLocked = false
    /// Memory that was freed.
    private var pool: [Int] = []
    private var nextMemory = 1000

    private struct Pair: Hashable {
        var object: Int
        var id: Int
    }

    /// How the kernel was built, and what is traced.
    struct Options {
        var overlaps: Bool
        var showsInternalCalls: Bool
        var showsDestruction: Bool
        var showsReturnOfFree: Bool
        var showsReturnOfAlloc: Bool
        var hasDestructor: Bool
    }

    /// What a task still has to do of its call: each step is taken at once.
    private enum Step {
        case enter, leave
        case look
        case lookWithin
        case lock, unlock
        case create
        case remove
        case removeOne
    }

    private enum Function: String, CaseIterable {
        case get = "klp_shadow_get"
        case alloc = "klp_shadow_alloc"
        case getOrAlloc = "klp_shadow_get_or_alloc"
        case free = "klp_shadow_free"
        case freeAll = "klp_shadow_free_all"
    }

    private struct Worker {
        var task: ShadowTrace.Task
        var function = Function.get
        var pair = Pair(object: 1, id: 1)
        var steps: [Step] = []
        var result = 0
        var remaining: [Pair] = []
    }

    /// - Parameter calls: how many calls are made.
    init(seed: UInt64, calls: Int, overlaps: Bool) {
        random = SeededGenerator(seed: seed)
        options = Options(
            overlaps: overlaps, showsInternalCalls: Bool.random(using: &random),
            showsDestruction: overlaps ? Bool.random(using: &random) : true,
            showsReturnOfFree: Bool.random(using: &random),
            showsReturnOfAlloc: overlaps ? Int.random(in: 0..<6, using: &random) > 0 : true,
            hasDestructor: Bool.random(using: &random))
        tasks = (0..<Int.random(in: 2...3, using: &random)).map {
            Worker(task: ShadowTrace.Task(pid: 11 + $0, cpu: $0 % 2))
        }
        // Clocks of CPUs are less than a tick apart.
        if overlaps, Bool.random(using: &random) { trace.skew = .random(in: -5_000_000...5_000_000, using: &random) }
        // Some variables are older than the trace.
        for object in 1...4 where Bool.random(using: &random) {
            table[Pair(object: object, id: Int.random(in: 1...2, using: &random))] = memory()
        }
        run(calls)
    }

    private mutating func run(_ calls: Int) {
        var remaining = calls
        while remaining > 0 || tasks.contains(where: { !$0.steps.isEmpty }) {
            let busy = tasks.indices.filter { !tasks[$0].steps.isEmpty }
            let place: Int
            if !options.overlaps, let only = busy.first {
                place = only
            } else if remaining > 0 {
                place = Int.random(in: tasks.indices, using: &random)
            } else {
                place = busy.randomElement(using: &random) ?? 0
            }
            if tasks[place].steps.isEmpty {
                // What one CPU did a tick ago, all have seen.
                if !options.overlaps || Int.random(in: 0..<4, using: &random) == 0 { trace.wait(11_000) }
                begin(place)
                remaining -= 1
            } else {
                advance(place)
            }
        }
        for worker in tasks { trace.leaveKernel(worker.task) }
    }

    private mutating func begin(_ place: Int) {
        let functions: [Function] = [
            .get, .get, .get, .alloc, .alloc, .getOrAlloc, .getOrAlloc, .free, .free, .freeAll,
        ]
        let function = functions.randomElement(using: &random) ?? .get
        tasks[place].function = function
        tasks[place].pair = Pair(object: .random(in: 1...4, using: &random), id: .random(in: 1...2, using: &random))
        tasks[place].result = 0
        switch function {
        case .get: tasks[place].steps = [.enter, .look, .leave]
        case .alloc, .getOrAlloc:
            tasks[place].steps = [.enter, .lookWithin, .lock, .create, .unlock, .leave]
        case .free: tasks[place].steps = [.enter, .lock, .remove, .unlock, .leave]
        case .freeAll: tasks[place].steps = [.enter, .lock, .removeOne]
        }
    }

    private mutating func advance(_ place: Int) {
        let worker = tasks[place]
        guard let step = worker.steps.first, step != .lock || !isLocked else { return }
        tasks[place].steps.removeFirst()
        let name = worker.function.rawValue
        switch step {
        case .enter:
            if worker.function == .freeAll {
                let destructor = options.hasDestructor ? ShadowTrace.pointer(77) : "0x0"
                trace.entry(worker.task, name, "id=\(worker.pair.id) dtor=\(destructor)")
            } else {
                trace.enters(worker.task, name, worker.pair.object, worker.pair.id)
            }
        case .leave: leave(worker)
        case .look: tasks[place].result = table[worker.pair] ?? 0
        case .lookWithin:
            lookWithin(worker)
            if let found = table[worker.pair] {
                tasks[place].result = worker.function == .alloc ? 0 : found
                tasks[place].steps = [.leave]
            }
        case .lock: isLocked = true
        case .unlock: isLocked = false
        case .create:
            lookWithin(worker)
            if let found = table[worker.pair] {
                tasks[place].result = worker.function == .alloc ? 0 : found
            } else if Int.random(in: 0..<8, using: &random) > 0 {
                let new = memory()
                table[worker.pair] = new
                tasks[place].result = new
            }
        case .remove: remove(worker.pair, worker)
        case .removeOne: removeOne(place)
        }
    }

    private mutating func leave(_ worker: Worker) {
        switch worker.function {
        case .free, .freeAll: if options.showsReturnOfFree { trace.exit(worker.task, worker.function.rawValue) }
        case .get: trace.exit(worker.task, worker.function.rawValue, worker.result)
        case .alloc, .getOrAlloc:
            if options.showsReturnOfAlloc { trace.exit(worker.task, worker.function.rawValue, worker.result) }
        }
    }

    private mutating func lookWithin(_ worker: Worker) {
        guard options.showsInternalCalls else { return }
        trace.get(worker.pair.object, worker.pair.id, table[worker.pair] ?? 0, by: worker.task)
    }

    private mutating func remove(_ pair: Pair, _ worker: Worker) {
        guard let memory = table[pair] else { return }
        if options.showsDestruction { trace.entry(worker.task, "klp_shadow_free_struct") }
        table[pair] = nil
        pool.append(memory)
    }

    /// klp_shadow_free_all goes on until none is left; a destructor may look around.
    private mutating func removeOne(_ place: Int) {
        let worker = tasks[place]
        let candidates = table.keys.filter { $0.id == worker.pair.id }.sorted { $0.object < $1.object }
        guard let next = candidates.first else {
            tasks[place].steps = [.unlock, .leave]
            return
        }
        remove(next, worker)
        if options.hasDestructor, Bool.random(using: &random) {
            let other = Pair(object: .random(in: 1...4, using: &random), id: worker.pair.id)
            trace.get(other.object, other.id, table[other] ?? 0, by: worker.task)
        }
        tasks[place].steps = [.removeOne]
    }

    private mutating func memory() -> Int {
        if !pool.isEmpty, Bool.random(using: &random) {
            return pool.remove(at: .random(in: pool.indices, using: &random))
        }
        nextMemory += 1
        return nextMemory
    }
}
