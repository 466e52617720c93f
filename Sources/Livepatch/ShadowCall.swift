/// A call of the shadow variable API (kernel/livepatch/shadow.c), and what the environment decides about it. Pointers are
/// symbols: any text, the same for the same pointer.
public struct ShadowCall: Hashable, Sendable {
    /// Which function is called.
    public enum Function: String, Hashable, Sendable, CaseIterable {
        case get = "klp_shadow_get"
        case alloc = "klp_shadow_alloc"
        case getOrAlloc = "klp_shadow_get_or_alloc"
        case free = "klp_shadow_free"
        case freeAll = "klp_shadow_free_all"
    }

    /// The constructor that the caller hands over, and what would come of it.
    public enum Constructor: Hashable, Sendable {
        /// NULL.
        case none
        /// The function at this pointer, which returns 0.
        case succeeds(String)
        /// The function at this pointer, which returns the error.
        case fails(String, errno: Int)

        /// The function's pointer.
        public var pointer: String {
            switch self {
            case .none: ShadowArguments.null
            case .succeeds(let pointer), .fails(let pointer, _): pointer
            }
        }
    }

    /// The module that calls.
    public var caller: String
    /// What it calls.
    public var function: Function
    /// The object; means nothing to klp_shadow_free_all.
    public var object: String
    /// The id.
    public var id: UInt64
    /// The size of the data.
    public var size: UInt64
    /// The flags of the allocation.
    public var flags: String
    /// The constructor.
    public var constructor: Constructor
    /// What the constructor is handed; before 4.18 what is copied into the variable.
    public var constructorData: String
    /// The destructor; NULL if there is none.
    public var destructor: String
    /// Where a newly created variable would have its data.
    public var newData: String
    /// True if the caller prints its calls, and its constructor and destructor print too, as test_klp_shadow_vars does.
    public var isPrinted: Bool

    /// Puts a `ShadowCall` together from its parts.
    public init(
        caller: String, _ function: Function, object: String = ShadowArguments.null, id: UInt64, size: UInt64 = 8,
        flags: String = "GFP_KERNEL", constructor: Constructor = .none,
        constructorData: String = ShadowArguments.null, destructor: String = ShadowArguments.null,
        newData: String = "data", isPrinted: Bool = true
    ) {
        self.caller = caller
        self.function = function
        self.object = object
        self.id = id
        self.size = size
        self.flags = flags
        self.constructor = constructor
        self.constructorData = constructorData
        self.destructor = destructor
        self.newData = newData
        self.isPrinted = isPrinted
    }
}
