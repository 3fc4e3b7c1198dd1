import { makeHashingCheap } from "@/lib/services/passwords";

makeHashingCheap();
