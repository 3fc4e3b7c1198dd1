import { makeHashingCheap } from "@/lib/services/access/passwords";

makeHashingCheap();
